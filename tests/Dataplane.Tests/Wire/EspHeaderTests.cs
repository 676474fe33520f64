using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

public sealed class EspHeaderTests
{
    private static readonly byte[] _known = [1, 2, 3, 4, 0, 0, 1, 0];

    [Fact]
    public void Known_header_reads()
    {
        Assert.True(EspHeader.TryRead(_known, out EspHeader header));
        Assert.Equal(0x01020304u, header.SecurityParametersIndex);
        Assert.Equal(256u, header.Sequence);
    }

    [Fact]
    public void Every_length_and_random_bytes_are_safe() =>
        HeaderAssert.IsCheckedView(
            _known, bytes => EspHeader.TryRead(bytes, out EspHeader header) && (header.SecurityParametersIndex ^ header.Sequence) >= 0);
}
