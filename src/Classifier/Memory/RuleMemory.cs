using System.Runtime.CompilerServices;

namespace NetworkingSfc.Classifier.Memory;

/// <summary>What rules take in managed memory.</summary>
internal static class RuleMemory
{
    /// <summary>Bytes of one rule in an array.</summary>
    public static int BytesPerRule => Unsafe.SizeOf<RankedRule>();
}
