using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>Listings by hand, as the compiler writes them.</summary>
public sealed class MethodListingTests
{
    private const string Store = "vmovups  ymmword ptr [rbp-0x40], ymm0";

    [Fact]
    public void Names_have_no_namespaces_and_no_parameters()
    {
        MethodListing method = Read("A.B.Walk`1[A.C.Wide]:Find[A.D.Four](A.View,byref):int:this (Tier1)", "; rbp based frame");
        Assert.Equal("Walk`1[Wide]:Find[Four]", method.Name);
        Assert.Equal("A.B.Walk`1[A.C.Wide]:Find[A.D.Four](A.View,byref):int:this", method.Signature);
        Assert.Equal("Tier1", method.Tier);
        Assert.True(method.HasFramePointer);
    }

    [Theory]
    [InlineData("Tier1", true)]
    [InlineData("FullOpts", true)]
    [InlineData("Tier1-OSR @0x1c", false)]
    [InlineData("Instrumented Tier1", false)]
    public void Code_that_is_replaced_is_not_final(string tier, bool isFinal) => Assert.Equal(isFinal, Read($"T:M() ({tier})").IsFinal);

    [Fact]
    public void A_store_in_front_of_the_loop_does_not_count_and_one_in_it_does()
    {
        MethodListing method = Read(
            "T:M() (Tier1)", "; rbp based frame",
            "G_M000_IG01:", "push     rbp", Store,
            "G_M000_IG02:", "mov      eax, 1",
            "G_M000_IG03:", Store, "dec      eax", "jne      SHORT G_M000_IG03",
            "G_M000_IG04:", Store, "ret");
        Assert.Single(FrameStores.Of(method, wholeBody: false));
        Assert.Equal(2, FrameStores.Of(method, wholeBody: true).Count);
    }

    [Fact]
    public void A_rare_block_behind_the_end_belongs_to_its_loop_and_the_end_does_not()
    {
        MethodListing method = Read(
            "T:M() (Tier1)", "; rbp based frame",
            "G_M000_IG01:", "push     rbp",
            "G_M000_IG02:", "dec      eax", "je       SHORT G_M000_IG04",
            "G_M000_IG03:", "jne      SHORT G_M000_IG02", Store, "ret",
            "G_M000_IG04:", "vmovdqu32 zmmword ptr [rsp+0x08], zmm3", "jmp      SHORT G_M000_IG03");
        Assert.Equal(64, FrameStores.BytesOf(Assert.Single(FrameStores.Of(method, wholeBody: false))));
    }

    [Fact]
    public void A_loop_by_a_jump_table_is_one()
    {
        MethodListing method = Read(
            "T:M() (Tier1)", "; rbp based frame",
            "G_M000_IG01:", "push     rbp",
            "G_M000_IG02:", Store, "jmp      rax",
            "G_M000_IG03:", "ret",
            "RWD00  \tdd\tG_M000_IG02 - G_M000_IG02", "       \tdd\tG_M000_IG03 - G_M000_IG02");
        Assert.Equal(["G_M000_IG02", "G_M000_IG02", "G_M000_IG03", "G_M000_IG02"], method.JumpTargets);
        Assert.Single(FrameStores.Of(method, wholeBody: false));
    }

    [Theory]
    [InlineData("; rbp based frame", "vmovups  xmmword ptr [rbp-0x40], xmm0", 16)]
    [InlineData("; rsp based frame", "vmovups  xmmword ptr [rbp+0x40], xmm0", 0)]
    [InlineData("; rsp based frame", "vmovsd   qword ptr [rsp+8*rax+0x40], xmm0", 8)]
    [InlineData("; rsp based frame", "vextracti128 xmmword ptr [rsp+0x40], ymm1, 1", 16)]
    [InlineData("; rbp based frame", "vmovups  xmm0, xmmword ptr [rbp-0x40]", 0)]
    [InlineData("; rbp based frame", "vpaddd   xmm0, xmm1, xmmword ptr [rbp-0x40]", 0)]
    [InlineData("; rbp based frame", "vmovups  xmmword ptr [rdi], xmm0", 0)]
    [InlineData("; rbp based frame", "mov      qword ptr [rbp-0x40], rax", 0)]
    public void Only_vectors_that_go_to_the_frame_count(string frame, string instruction, int bytes)
    {
        MethodListing method = Read("T:M() (Tier1)", frame, "G_M000_IG01:", "push     rbp", "G_M000_IG02:", instruction, "ret");
        Assert.Equal(bytes, FrameStores.Of(method, wholeBody: true).Sum(FrameStores.BytesOf));
    }

    [Theory]
    [InlineData("; Assembly listing for method T:N() (Tier1)", "; Total bytes of code 1")]
    [InlineData("G_M000_IG01: ; Assembly listing for method T:N() (Tier1)", "ret")]
    [InlineData("G_M000_IG01:", "G_M000_IG01:")]
    public void Listings_that_lie_in_each_other_are_refused(params string[] lines) =>
        Assert.Null(MethodListing.ReadAll(["; Assembly listing for method T:M() (Tier1)", .. lines, "; Total bytes of code 1"]));

    [Fact]
    public void A_listing_that_breaks_off_is_refused() => Assert.Null(MethodListing.ReadAll(["; Assembly listing for method T:M() (Tier1)"]));

    // Instructions are given without the spaces in front of them.
    private static MethodListing Read(string title, params string[] lines) => Assert.Single(MethodListing.ReadAll(
    [
        $"; Assembly listing for method {title}",
        .. lines.Select(line => line[0] is ';' or 'G' or 'R' or ' ' ? line : $"       {line}"),
        "; Total bytes of code 12",
    ])!);
}
