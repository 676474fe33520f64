using System.Text.RegularExpressions;
using NetworkingSfc.Architecture.Tests.Sources;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Rules 3, 4 and 6: words that may stand in some folders of the product only.</summary>
public sealed partial class SourceRules
{
    /// <summary>The one list of folders that may hold unsafe code (section 6). A star stands for one folder.</summary>
    private static readonly string[] _unsafeFolders =
    [
        "src/Classifier/Memory/",
        "src/Classifier/Simd/",
        "src/Dataplane/Encapsulation/*/Fast/",
        "src/Dataplane/FlowTable/",
        "src/Dataplane/LoadBalancing/",
        "src/Dataplane/Memory/",
        "src/Dataplane/Parsing/Fast/",
        "src/Dataplane/Ports/*/Interop/",
    ];

    /// <summary>Where packets are decided on, and nothing waits for anything.</summary>
    private static readonly string[] _unsharedFolders =
    [
        "src/Classifier/",
        "src/Dataplane/Encapsulation/",
        "src/Dataplane/LoadBalancing/",
        "src/Dataplane/Parsing/",
        "src/Dataplane/Steering/",
    ];

    [Fact]
    public void Unsafe_code_stays_in_its_folders() =>
        RuleAssert.Kept("Unsafe code outside the folders of section 6:", UnsafeOutside(SourceTree.Product));

    [Theory]
    [InlineData("src/Dataplane/Wire/X.cs", "unsafe void F() { }", true)]
    [InlineData("src/Dataplane/Wire/X.cs", "int x = Unsafe.As<int, int>(ref y);", true)]
    [InlineData("src/Dataplane/Wire/X.cs", "using static System.Runtime.CompilerServices.Unsafe;", true)]
    [InlineData("src/Dataplane/Wire/X.cs", "var s = MemoryMarshal.Cast<byte, int>(b);", true)]
    [InlineData("src/Dataplane/Wire/X.cs", "NativeMemory.Free(p);", true)]
    [InlineData("src/Dataplane/Wire/X.cs", "// unsafe, Unsafe.As, NativeMemory\nstring s = \"unsafe\";", false)]
    [InlineData("src/Dataplane/Parsing/X.cs", "unsafe void F() { }", true)]
    [InlineData("src/Dataplane/Parsing/Fast/X.cs", "unsafe void F() { }", false)]
    [InlineData("src/Dataplane/Ports/AfXdp/X.cs", "unsafe void F() { }", true)]
    [InlineData("src/Dataplane/Ports/AfXdp/Interop/X.cs", "unsafe void F() { }", false)]
    [InlineData("src/Dataplane/Encapsulation/Nsh/Fast/X.cs", "unsafe void F() { }", false)]
    [InlineData("src/Control/Memory/X.cs", "unsafe void F() { }", true)]
    public void The_unsafe_rule_finds_what_it_should(string path, string text, bool found) =>
        Assert.Equal(found, UnsafeOutside([new SourceFile(path, text)]).Any());

    [Fact]
    public void Nothing_waits_or_synchronises_where_packets_are_decided_on() =>
        RuleAssert.Kept("Waiting or locking on the packet path:", WaitingIn(SourceTree.Product));

    [Theory]
    [InlineData("src/Dataplane/Steering/X.cs", "async void F() { }", true)]
    [InlineData("src/Dataplane/Steering/X.cs", "Task F();", true)]
    [InlineData("src/Dataplane/Parsing/X.cs", "lock (this) { }", true)]
    [InlineData("src/Classifier/Simd/X.cs", "Interlocked.Increment(ref x);", true)]
    [InlineData("src/Classifier/Simd/X.cs", "int blockLength = Block(3); // lock (x)", false)]
    [InlineData("src/Dataplane/Workers/X.cs", "Interlocked.Increment(ref x);", false)]
    public void The_waiting_rule_finds_what_it_should(string path, string text, bool found) =>
        Assert.Equal(found, WaitingIn([new SourceFile(path, text)]).Any());

    [Fact]
    public void SharpPcap_is_used_by_the_LibPcap_port_only() =>
        RuleAssert.Kept("SharpPcap outside src/Dataplane/Ports/LibPcap:", SharpPcapOutside(SourceTree.Product));

    [Fact]
    public void PacketDotNet_is_not_used_in_the_product() =>
        RuleAssert.Kept("PacketDotNet in src:", SourceTree.Product.SelectMany(file => file.Find(PacketDotNet())));

    [Theory]
    [InlineData("src/Dataplane/Ports/LibPcap/X.cs", "using SharpPcap;", false)]
    [InlineData("src/Dataplane/Ports/PcapFile/X.cs", "using SharpPcap.LibPcap;", true)]
    [InlineData("src/Dataplane/Ports/Tap/X.cs", "global using SharpPcap;", true)]
    [InlineData("src/Dataplane/Ports/Tap/X.cs", "SharpPcap.CaptureDeviceList x;", true)]
    public void The_SharpPcap_rule_finds_what_it_should(string path, string text, bool found) =>
        Assert.Equal(found, SharpPcapOutside([new SourceFile(path, text)]).Any());

    [Fact]
    public void Folders_with_vector_code_have_a_test_folder_of_the_same_name()
    {
        // tools/test picks the tests to repeat at narrower vectors by these names; without the folder it would pick none.
        IEnumerable<string> folders = SourceTree.Product
            .Where(file => file.IsUnder("src/Dataplane") && Vectors().IsMatch(file.Code))
            .Select(file => file.Path.Split('/')).Where(parts => parts.Length > 3).Select(parts => parts[2]).Distinct();
        RuleAssert.Kept(
            "Vector code without tests beside it:",
            folders.Where(folder => !SourceTree.Tests.Any(file => file.IsUnder($"tests/Dataplane.Tests/{folder}")))
                .Select(folder => $"src/Dataplane/{folder} has vector code, tests/Dataplane.Tests/{folder} does not exist"));
    }

    private static IEnumerable<string> UnsafeOutside(IEnumerable<SourceFile> files)
    {
        Regex allowed = new("^(" + string.Join('|', _unsafeFolders.Select(folder => folder.Replace("*", "[^/]+", StringComparison.Ordinal))) + ")");
        return files.Where(file => !allowed.IsMatch(file.Path)).SelectMany(file => file.Find(Unsafe()));
    }

    private static IEnumerable<string> WaitingIn(IEnumerable<SourceFile> files) =>
        files.Where(file => _unsharedFolders.Any(file.IsUnder)).SelectMany(file => file.Find(Waiting()));

    private static IEnumerable<string> SharpPcapOutside(IEnumerable<SourceFile> files) =>
        files.Where(file => !file.IsUnder("src/Dataplane/Ports/LibPcap")).SelectMany(file => file.Find(SharpPcap()));

    // Pointers need the keyword. Reading and writing through Marshal does the same without it.
    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\s*[.;]|\bMemoryMarshal\s*[.;]|\bNativeMemory\b|\bMarshal\s*\.\s*(Read|Write|Copy|PtrTo|StructureTo|Alloc)\w*")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\basync\b|\bawait\b|\b(Value)?Task\b|\block\s*\(|\bInterlocked\b|\bMonitor\b|\bMutex\b|\bSemaphore(Slim)?\b|\bReaderWriterLock(Slim)?\b|\bLock\b")]
    private static partial Regex Waiting();

    [GeneratedRegex(@"\bSharpPcap\b")]
    private static partial Regex SharpPcap();

    [GeneratedRegex(@"\bPacketDotNet\b")]
    private static partial Regex PacketDotNet();

    [GeneratedRegex(@"\bSystem\.(Runtime\.Intrinsics|Numerics)\b")]
    private static partial Regex Vectors();
}
