using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

public sealed class VectorWidthTests
{
    [Fact]
    public void This_process_has_the_vectors_it_was_started_with() =>
        Assert.True(VectorWidth.Complaint is null, VectorWidth.Complaint);
}
