using System.Diagnostics;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Dissection;

/// <summary>A reader of captures that has nothing in common with ours.</summary>
internal static class Tshark
{
    private const string Program = "/usr/bin/tshark";

    private static readonly string[] _checksums =
    [
        "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status", "sctp.checksum.status", "dccp.checksum.status",
        "icmp.checksum.status", "icmpv6.checksum.status",
    ];

    /// <summary>True when it is installed.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Skips the test when tshark is not there; tools/test installs it.</summary>
    public static void Require() => Assert.SkipUnless(IsInstalled, "tshark is not installed (Debian package tshark; tools/test installs it)");

    /// <summary>The fields of every frame, one row a frame; several values of a field are joined by a comma.</summary>
    public static string[][] Fields(byte[] capture, params string[] fields)
    {
        List<string> arguments = ["-n", "-r", "-", "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", "-E", "aggregator=,"];
        foreach (string field in fields)
        {
            arguments.AddRange(["-e", field]);
        }

        foreach (string preference in new[] { "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE", "udplite.check_checksum:TRUE", "sctp.checksum:CRC-32C" })
        {
            arguments.AddRange(["-o", preference]);
        }

        ProcessStartInfo start = new(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(capture);
        process.StandardInput.Close();
        string[][] rows = [.. output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))];
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        return rows;
    }

    /// <summary>Fails when a checksum of any frame is wrong. Without tshark this says nothing: the bytes were compared already.</summary>
    public static void AssertGoodChecksums(byte[] capture, string description)
    {
        if (!IsInstalled)
        {
            return;
        }

        // 0 is bad, 1 good, 2 not checked (a fragment, or none given), 3 not present.
        string[][] rows = Fields(capture, _checksums);
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.True(!rows[row].Any(cell => cell.Split(',').Contains("0")), $"{description}: frame {row + 1} has a wrong checksum: {string.Join('|', rows[row])}");
        }
    }
}
