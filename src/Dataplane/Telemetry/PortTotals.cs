using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// What happened on the ports below the forwarder, by port number, since the process started. Written by the thread that looks
/// after the ports, which adds up what a port counted each time that it was open; read by anybody at any time.
/// </summary>
public sealed class PortTotals
{
    private readonly bool _grows;
    private NativeRows<PortStatistics> _rows;

    /// <summary>Makes totals in memory of their own, which grows.</summary>
    public PortTotals()
    {
        _grows = true;
        _rows = new NativeRows<PortStatistics>(0);
    }

    /// <summary>Totals in memory that is there.</summary>
    internal PortTotals(NativeRows<PortStatistics> rows) => _rows = rows;

    /// <summary>The totals by port number; a port beyond the last has none.</summary>
    public ReadOnlySpan<PortStatistics> ByPort => Volatile.Read(ref _rows).Span;

    /// <summary>Makes sure that the rows of a snapshot can be written. Before it is published, by who builds it.</summary>
    /// <exception cref="IOException">The file system has no room for them.</exception>
    internal void Hold(int ports) => _rows.Hold(ports);

    /// <summary>Says what a port has come to. One thread.</summary>
    /// <param name="port">Number of the port; one for which there is no room is left out, and its snapshot is refused elsewhere.</param>
    /// <param name="total">What it has come to.</param>
    internal void Set(int port, PortStatistics total)
    {
        if (port >= _rows.Length && _grows)
        {
            // Who still looks at what was outgrown keeps it.
            NativeRows<PortStatistics> larger = new(Math.Max(port + 1, 2 * _rows.Length));
            _rows.Span.CopyTo(larger.Writable);
            Volatile.Write(ref _rows, larger);
        }

        if (port < _rows.Length)
        {
            _rows.Writable[port] = total;
        }
    }
}
