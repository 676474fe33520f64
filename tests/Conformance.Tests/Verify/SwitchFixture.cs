using NetworkingSfc.Sfc.Verify;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>One switch for all tests of a class: starting one costs more than a comparison.</summary>
public sealed class SwitchFixture : IDisposable
{
    private readonly Lazy<PrivateSwitch> _switch = new(PrivateSwitch.Start);

    /// <summary>The switch; the test is skipped when Open vSwitch is not installed.</summary>
    internal PrivateSwitch Switch
    {
        get
        {
            OpenVswitch.Require();
            return _switch.Value;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_switch.IsValueCreated)
        {
            _switch.Value.Dispose();
        }
    }
}
