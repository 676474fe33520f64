using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests;

public sealed class VectorWidthTests
{
    [Fact]
    public void This_process_has_the_vectors_it_was_started_with() =>
        Assert.True(VectorWidth.Complaint is null, VectorWidth.Complaint);
}
