using System.CommandLine;

namespace NetworkingSfc.Sfc.Replay;

/// <summary><c>--state</c> and <c>--input</c> of the commands that play captures through a state and show what becomes of each packet.</summary>
internal static class PlayedStateOptions
{
    /// <summary><c>--state</c> for a command.</summary>
    public static Option<string> State() => new("--state")
    {
        Description = "The desired state: networks, ports, port pairs, groups, classifiers, chains and functions as one JSON document.",
        Required = true,
    };

    /// <summary><c>--input</c> for a command.</summary>
    public static Option<string[]> Input() => new("--input")
    {
        Description = "PORT=CAPTURE: packets of a pcap or pcapng that enter at a port, named by name or id. May be repeated; packets are merged by time.",
        Required = true,
    };
}
