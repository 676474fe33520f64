using System.Globalization;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>A frame crossing a port, as a test expects it or as an output capture has it.</summary>
/// <param name="Port">Name of the port.</param>
/// <param name="IsInbound">True when the forwarder received it from the port.</param>
/// <param name="Frame">Its bytes.</param>
internal sealed record Crossing(string Port, bool IsInbound, byte[] Frame)
{
    /// <summary>Time of the record; null for "does not matter".</summary>
    public long? Timestamp { get; init; }

    /// <summary>Length on the wire when it is not the number of bytes.</summary>
    public int? WireLength { get; init; }

    public static Crossing In(string port, byte[] frame) => new(port, true, frame);

    public static Crossing In(string port, PacketBuilder frame) => new(port, true, frame.Build());

    public static Crossing Out(string port, byte[] frame) => new(port, false, frame);

    public static Crossing Out(string port, PacketBuilder frame) => new(port, false, frame.Build());

    /// <summary>Fails at the first crossing that is another one than expected.</summary>
    public static void AssertSame(IReadOnlyList<Crossing> expected, IReadOnlyList<Crossing> actual, string description)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{description}, crossing {i + 1}");
            string where = $"{Route(expected)}\n  but was {Route(actual)}";
            if (expected[i].Port != actual[i].Port || expected[i].IsInbound != actual[i].IsInbound)
            {
                throw new PacketMismatchException($"{place}: expected the route\n          {where}");
            }

            PacketAssert.Equal(expected[i].Frame, actual[i].Frame, $"{place} ({expected[i].Step})");
            if ((expected[i].Timestamp ?? actual[i].Timestamp) != actual[i].Timestamp)
            {
                throw new PacketMismatchException($"{place}: expected time {expected[i].Timestamp}, was {actual[i].Timestamp}");
            }

            if ((expected[i].WireLength ?? expected[i].Frame.Length) != actual[i].WireLength)
            {
                throw new PacketMismatchException($"{place}: expected wire length {expected[i].WireLength ?? expected[i].Frame.Length}, was {actual[i].WireLength}");
            }
        }

        if (expected.Count != actual.Count)
        {
            throw new PacketMismatchException($"{description}: expected the route\n          {Route(expected)}\n  but was {Route(actual)}");
        }
    }

    private string Step => $"{(IsInbound ? "from" : "to")} {Port}";

    private static string Route(IEnumerable<Crossing> crossings) => string.Join(", ", crossings.Select(crossing => crossing.Step));
}
