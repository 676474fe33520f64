using NetworkingSfc.Sfc.Verify;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>The Open vSwitch of the tests.</summary>
internal static class OpenVswitch
{
    /// <summary>Skips the test when it is not installed; tools/test installs it.</summary>
    public static void Require() => Assert.SkipUnless(PrivateSwitch.Missing is null, $"{PrivateSwitch.Missing}; tools/test installs it");
}
