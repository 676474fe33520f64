using System.Runtime.Intrinsics;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>
/// No vector lives in the stack frame of hot code. One that is stored and loaded again for each frame costs up to 40 cycles, in that
/// half of the processes whose frame is not aligned to it: a factor of three for a whole pipeline.
/// </summary>
public sealed class HotMethodTests(HotListing listing) : IClassFixture<HotListing>
{
    /// <summary>Groups of the list; in a process that was narrowed, not those that it was narrowed to go without.</summary>
    public static TheoryData<string> Groups =>
        [.. HotMethods.All.Select(method => method.Group).Distinct().Where(group => !VectorWidth.IsNarrowed || CanRun(group))];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Stores_no_vector_to_the_frame(string group)
    {
        Assert.SkipUnless(CanRun(group), $"this processor cannot run {group}");
        string[] complaints = [.. HotMethods.All.Where(method => method.Group == group).Select(listing.ComplaintAbout).OfType<string>()];
        Assert.True(complaints.Length == 0, string.Join(Environment.NewLine, complaints));
    }

    [Fact]
    public void Every_stage_is_on_the_list() =>
        Assert.Empty(Pipeline.Stages.Select(stage => $"{stage}:Run").Except(HotMethods.All.Select(method => method.Name)));

    [Fact]
    public void Every_method_of_the_classifier_that_is_compiled_at_once_is_on_the_list() =>
        Assert.Empty(CompiledAtOnce.Methods(typeof(ClassifierCatalog).Assembly).Select(CompiledAtOnce.NameOf)
            .Except(HotMethods.All.Select(method => WithoutTypes(method.Name))));

    [Fact]
    public void What_the_warm_up_compiled_and_is_on_no_list_stores_none()
    {
        IReadOnlyList<string> stores = listing.StoringWithout(HotMethods.All.Select(method => method.Name).Concat(HotMethods.Rare).Append(nameof(VectorsInFrame)).ToHashSet());
        Assert.True(stores.Count == 0, string.Join(Environment.NewLine, stores));
    }

    [Fact]
    public void A_method_that_is_on_no_list_is_found()
    {
        Assert.Contains(listing.StoringWithout(HotMethods.Rare), found => found.StartsWith($"{nameof(VectorsInFrame)}:{nameof(VectorsInFrame.AcrossCall)}:", StringComparison.Ordinal));
        Assert.DoesNotContain(listing.StoringWithout(HotMethods.Rare), found => found.StartsWith($"{nameof(VectorsInFrame)}:{nameof(VectorsInFrame.InRegisters)}:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_vector_that_lives_across_a_call_is_seen() =>
        Assert.Contains("bytes of vectors", listing.ComplaintAbout(Loop(nameof(VectorsInFrame.AcrossCall))), StringComparison.Ordinal);

    [Fact]
    public void A_vector_that_is_put_together_from_narrower_ones_is_seen_and_one_from_memory_is_not_complained_about()
    {
        Assert.SkipUnless(Vector512.IsHardwareAccelerated, "this processor has no vectors of 512 bits");
        Assert.Contains("bytes of vectors", listing.ComplaintAbout(Loop(nameof(VectorsInFrame.PutTogether))), StringComparison.Ordinal);
        Assert.Null(listing.ComplaintAbout(Loop(nameof(VectorsInFrame.InRegisters))));
    }

    [Fact]
    public void A_tolerated_store_must_not_grow()
    {
        HotMethod bad = Loop(nameof(VectorsInFrame.AcrossCall));
        int bytes = FrameStores.Of(Assert.Single(listing[bad.Name]), wholeBody: false).Sum(FrameStores.BytesOf);
        Assert.Null(listing.ComplaintAbout(bad.Tolerate(bytes, "for this test")));
        Assert.NotNull(listing.ComplaintAbout(bad.Tolerate(bytes - 1, "for this test")));
    }

    [Fact]
    public void A_listed_method_that_was_not_compiled_is_complained_about() =>
        Assert.Contains("was not compiled", listing.ComplaintAbout(Loop("Gone")), StringComparison.Ordinal);

    private static HotMethod Loop(string name) => new(nameof(VectorsInFrame), $"{nameof(VectorsInFrame)}:{name}", WholeBody: false);

    private static bool CanRun(string group) => ClassifierCatalog.Implementations.All(candidate => candidate.Name != group || candidate.IsSupported);

    private static string WithoutTypes(string name)
    {
        string[] parts = [.. name.Split(':').Select(part => part.Split('[')[0])];
        return string.Join(':', parts);
    }
}
