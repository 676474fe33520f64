using NetworkingSfc.Dataplane.Ports.PcapFile;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.PcapFile;

public sealed class SharedCaptureTests
{
    [Fact]
    public void Every_shared_capture_gives_the_rows_of_its_answer_file()
    {
        Assert.SkipUnless(SharedCapture.All.Count > 0, $"no captures under {SharedCapture.Folder}");
        List<string> failures = [];
        foreach (SharedCapture capture in SharedCapture.All)
        {
            if (Compare(capture) is string difference)
            {
                failures.Add($"{capture.Name}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {SharedCapture.All.Count}:\n{string.Join('\n', failures)}");
    }

    private static string? Compare(SharedCapture capture)
    {
        List<(int Encap, int FrameLength, int CapturedLength)> expected = capture.ReadAnswer();
        List<(int Encap, int FrameLength, int CapturedLength)> found = [];
        using CaptureReader reader = CaptureReader.Open(capture.FullPath);
        while (reader.TryRead(out CaptureRecord record))
        {
            found.Add((LinkType.ToEncap(record.LinkType), record.WireLength, record.Data.Length));
        }

        if (capture.EndsInError != (reader.Error is not null))
        {
            return $"ends with '{reader.Error}' after {found.Count} rows; the answer says {(capture.EndsInError ? "an error" : "a clean end")}";
        }

        if (!capture.IsAligned)
        {
            return null;
        }

        for (int row = 0; row < Math.Min(found.Count, expected.Count); row++)
        {
            if (found[row] != expected[row])
            {
                return $"row {row + 1} is {found[row]}, expected {expected[row]}";
            }
        }

        return found.Count == expected.Count ? null : $"{found.Count} rows, expected {expected.Count}";
    }
}
