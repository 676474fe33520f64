using System.Globalization;
using System.Text;

namespace NetworkingSfc.Testing;

/// <summary>Byte-exact comparison of frames.</summary>
public static class PacketAssert
{
    private const int BytesPerLine = 16;
    private const int LinesAround = 2;

    /// <summary>Fails with both frames side by side around the first octet that differs.</summary>
    public static void Equal(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string description)
    {
        int first = expected.CommonPrefixLength(actual);
        if (first == expected.Length && first == actual.Length)
        {
            return;
        }

        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{description}: first difference at offset {first} (0x{first:x4}).");
        text.AppendLine(CultureInfo.InvariantCulture, $"Expected {expected.Length} bytes, actual {actual.Length} bytes.");
        int firstLine = first / BytesPerLine;
        int lastLine = (Math.Max(expected.Length, actual.Length) - 1) / BytesPerLine;
        for (int line = Math.Max(0, firstLine - LinesAround); line <= Math.Min(lastLine, firstLine + LinesAround); line++)
        {
            AppendLine(text, "  expected ", expected, actual, line);
            AppendLine(text, "  actual   ", actual, expected, line);
        }

        throw new PacketMismatchException(text.ToString());
    }

    /// <summary>Fails unless both lists hold the same frames in the same order.</summary>
    public static void SameFrames(IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> actual)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            Equal(expected[i], actual[i], $"frame {i}");
        }

        if (expected.Count != actual.Count)
        {
            throw new PacketMismatchException($"Expected {expected.Count} frames, actual {actual.Count} frames.");
        }
    }

    private static void AppendLine(StringBuilder text, string name, ReadOnlySpan<byte> shown, ReadOnlySpan<byte> other, int line)
    {
        text.Append(CultureInfo.InvariantCulture, $"{name}{line * BytesPerLine:x4} ");
        for (int offset = line * BytesPerLine; offset < (line + 1) * BytesPerLine; offset++)
        {
            string mine = OctetAt(shown, offset);
            text.Append(mine == OctetAt(other, offset) ? $" {mine} " : $"[{mine}]");
        }

        text.AppendLine();
    }

    private static string OctetAt(ReadOnlySpan<byte> bytes, int offset) =>
        offset < bytes.Length ? bytes[offset].ToString("x2", CultureInfo.InvariantCulture) : "--";
}

/// <summary>Two frames that should have been the same are not.</summary>
public sealed class PacketMismatchException(string message) : Exception(message);
