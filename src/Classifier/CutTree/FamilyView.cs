using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier.Memory;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>One version of one family's rules, as lookups see it. Immutable.</summary>
/// <param name="Dimensions">The family.</param>
/// <param name="Region">Memory that references are relative to.</param>
/// <param name="Bytes">Bytes of it that this version looks into.</param>
/// <param name="Trees">The trees; every one may hold the answer.</param>
/// <param name="WideStart">First unit of the wide rules.</param>
/// <param name="WideCount">Wide rules, worst first.</param>
/// <param name="Journal">What changed lately: decisions remembered from before are looked at again by it.</param>
internal sealed record FamilyView(
    Dimensions Dimensions, NativeRegion Region, long Bytes, ImmutableArray<TreeRoot> Trees, uint WideStart, int WideCount, JournalView Journal)
{
    /// <summary>True when no rule of this family is installed.</summary>
    public bool IsEmpty
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Trees.IsEmpty && WideCount == 0;
    }
}
