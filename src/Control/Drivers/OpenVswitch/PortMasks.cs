using System.Globalization;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>Ranges of transport ports as values with masks, which is what a flow can match.</summary>
internal static class PortMasks
{
    /// <summary>The fewest aligned blocks that make up a range, ascending, each as <c>0x3e8/0xfff8</c>.</summary>
    /// <param name="lowest">Lowest port.</param>
    /// <param name="highest">Highest port, not below the lowest.</param>
    public static IEnumerable<string> Of(int lowest, int highest)
    {
        while (lowest <= highest)
        {
            int size = 1;
            while (size <= ushort.MaxValue && lowest % (size * 2) == 0 && lowest + (size * 2) - 1 <= highest)
            {
                size *= 2;
            }

            yield return string.Create(CultureInfo.InvariantCulture, $"0x{lowest:x}/0x{ushort.MaxValue & ~(size - 1):x}");
            lowest += size;
        }
    }
}
