using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Wire;

/// <summary>Takes the view and, when there is one, calls every getter.</summary>
internal delegate bool HeaderReader(ReadOnlySpan<byte> bytes);

/// <summary>What holds for every header view (architecture, section 12).</summary>
internal static class HeaderAssert
{
    private const int RandomRounds = 20_000;
    private const int LongestRandom = 96;

    /// <summary>Every truncation fails cleanly, the whole header reads, and random bytes never throw.</summary>
    /// <param name="header">The bytes of one whole header and nothing behind it.</param>
    public static void IsCheckedView(byte[] header, HeaderReader read)
    {
        for (int length = 0; length < header.Length; length++)
        {
            Assert.False(read(header.AsSpan(0, length).ToArray()), $"{length} of {header.Length} bytes were taken for a header.");
        }

        Assert.True(read(header), "The whole header was refused.");
        NeverThrows(read);
    }

    /// <summary>Reads random bytes of random length, and random bytes behind a well-formed beginning.</summary>
    public static void NeverThrows(HeaderReader read)
    {
        Random random = new(20_260);
        for (int round = 0; round < RandomRounds; round++)
        {
            byte[] bytes = new byte[random.Next(LongestRandom)];
            random.NextBytes(bytes);
            read(bytes);
        }
    }
}
