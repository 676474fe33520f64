using System.Collections.Immutable;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>
/// The hot code, reviewed by hand: where no vector may be stored to the frame. What is called for each burst and has the loop is
/// <see cref="PerBurst"/>, what is called for each frame <see cref="PerFrame"/>.
/// Stages of the pipeline, methods of the classifier that are compiled fully at once, and whatever stores vectors cannot be forgotten:
/// tests compare. So what is mostly part of its caller's code need not be named.
/// </summary>
internal static class HotMethods
{
    /// <summary>The list.</summary>
    public static ImmutableArray<HotMethod> All { get; } =
    [
        .. Forest("CutForest512", "Lanes512"),
        .. Forest("CutForest256", "Lanes256"),
        .. Forest("CutForest128", "Lanes128"),
        .. Forest("CutForestScalar", "ScalarLanes"),
        .. Lanes("CutForest512", "Lanes512"),
        .. Lanes("CutForest256", "Lanes256"),
        .. Lanes("CutForest128", "Lanes128"),
        .. PerBurst("ForestReader", "Classify", "Enter"),
        .. PerBurst("DecisionCache", OfFamilies("Compare")),
        .. PerFrame("DecisionCache", [.. OfFamilies("Put"), .. OfFamilies("IsConcerned")]),
        .. PerBurst("DecisionTable", OfFamilies("Locate")),
        .. PerFrame("FlowKeyBatch", "Add", "PutHigherWords"),
        .. PerBurst("FlowKeyBatch", "Clear", "Prefetch"),

        .. PerBurst("Worker", "RunOnce"),
        .. PerBurst("Pipeline", "Run"),
        .. PerBurst("ParseStage", "Run"),
        .. PerFrame("CommonFrame", "TryRead", "TryReadIpv4", "TryReadIpv6"),
        .. PerFrame("PacketParser", "Parse", "WalkEthernet", "WalkType", "WalkIpv4", "TryTakeIpv4", "ReadPorts"),
        .. PerFrame("Ipv6Walk", "Run"),
        .. PerBurst("LearnStage", "Run"),
        .. PerFrame("MacTable", "Learn"),
        .. PerBurst("ForwardStage", "Run"),
        .. PerFrame("ForwardStage", "ReadNsh", "ReadLabel", "TryPosition"),
        .. PerBurst("FragmentStage", "Run"),
        .. PerBurst("TraceStage", "Run"),
        .. PerBurst("RecallStage", "Run"),
        Burst("RecallStage", "ReadKeys").Tolerate(48, "copies the key of frames that the full parser read"),
        .. PerFrame("RecallStage", "TryReadKey"),
        .. PerBurst("LiveFlowTable", "Find", "HashRows", "MatchTags", "CompareKeys", "Age"),
        .. PerFrame("LiveFlowTable", "Search", "Take", "Keep"),
        .. PerFrame("FlowTuple", "ToFlowKey", "SetKey"),
        .. PerBurst("ClassifyStage", "Run", "AskFor", "SwitchUndecided"),
        .. PerFrame("ChainKey", "Of", "OfCarried", "KeyOf"),
        .. PerBurst("CopyStage", "Run", "CopyFor"),
        .. PerBurst("JoinStage", "Run", "EnterNext"),
        Burst("JoinStage", "ClassifyBy").Tolerate(96, "copies the key of frames that enter a chain from another one"),
        Burst("SelectStage", "Run").Tolerate(80, "copies the hash key of ICMP and of groups that choose by MAC addresses; zeroes 16 bytes of the others'"),
        .. PerFrame("SelectStage", "Choose", "HashKeyOf", "KeyOf"),
        .. PerFrame("FlowHash", "Compute", "OfFiveTuple"),
        .. PerFrame("MaglevTable", "Lookup"),
        .. PerBurst("RememberStage", "Run"),
        .. PerFrame("RememberStage", "Remember", "IsToRemember"),
        .. PerBurst("EncapsulateStage", "Run"),
        .. PerFrame("EncapsulateStage", "Deliver", "Insert", "RemoveCarried"),
        .. PerFrame("EncapsulationCatalog", "Insert", "Forward", "Remove"),
        .. PerFrame("PlainEncapsulation", "Insert", "Forward", "Remove"),
        .. PerFrame("NshEncapsulation", "Insert", "Remove"),
        .. PerFrame("MplsEncapsulation", "Insert", "Remove"),
        .. PerBurst("SwitchStage", "Run"),
        .. PerFrame("SwitchStage", "Destination", "ByIp", "IsAllowed"),
        .. PerFrame("LookupTable", "LookupTable`1[PortAddressKey]:Find", "LookupTable`1[ServicePathKey]:Find"),
        .. PerBurst("TransmitStage", "Run", "Group", "TransmitTo", "CountSent"),
        .. PerFrame("OutputGroups", "Add"),
        .. PerBurst("OutputGroups", "Rows", "Clear"),
        .. PerFrame("PacketBatch", "Append", "HeadersOf"),
        .. PerFrame("PacketArena", "TryRent", "Return", "Frame", "Slot"),
        .. PerFrame("WorkerCounters", "CountSteered", "CountEntered"),
        .. PerBurst("MemoryQueue", "MemoryQueue+Rx:Receive", "MemoryQueue+Tx:Transmit"),
        .. PerBurst("VlanTrunk", "TrunkQueue:Poll", "VlanQueue:Receive", "VlanQueue:Transmit", "VlanQueue:TransmitRun"),
        .. PerFrame("VlanTrunk", "TrunkQueue:TakeTagOff", "VlanQueue:Keep"),
    ];

    /// <summary>Methods, or types for all of theirs, that few frames come by although the warm-up has them compiled: these may store.</summary>
    public static IReadOnlySet<string> Rare { get; } = ImmutableHashSet.Create(
        "Flooding", "FragmentHold", "FragmentKey", "FragmentTable", "FragmentStage:Take", "OverlongPacket", "PathMtuAnswer", "PacketParser:WalkCutIpv4",
        "CopyStage:TryCopy", "PacketOrigin:Copied", "TransmitStage:DropTooLong", "WorkerContext:BeginStep", "WorkerCounters:Reserve");

    // The lookups of one vector width, for both families, with and without remembered decisions.
    private static IEnumerable<HotMethod> Forest(string name, string lanes) => PerBurst(
        name,
        [
            .. On($"ForestLookup`1[{lanes}]", ["Classify", "Pick", .. OfFamilies("ClassifyAll", "ClassifySome", "Decide", "FindMissing", "Pair")]),
            .. On($"TreeWalk`1[{lanes}]", ["EnterTree", "Step", "StepFar", "DescendRest", .. OfFamilies("Find", "MatchWide", "MatchLeaves", "MatchChains")]),
            .. On("DecisionCache", [$"Look[Ipv4Family,{lanes}]", $"Look[Ipv6Family,{lanes}]", $"CheckAgain[Ipv4Family,{lanes}]", $"CheckAgain[Ipv6Family,{lanes}]"]),
        ]);

    // What lookups call of the vector widths by its own name; the rest is part of who calls it.
    private static IEnumerable<HotMethod> Lanes(string name, string lanes) => PerBurst(name, [.. On(lanes, ["RootChildren", .. OfFamilies("MatchWide")])]);

    private static IEnumerable<string> On(string type, string[] methods) => methods.Select(method => $"{type}:{method}");

    private static string[] OfFamilies(params string[] methods) => [.. methods.SelectMany(method => new[] { $"{method}[Ipv4Family]", $"{method}[Ipv6Family]" })];

    private static IEnumerable<HotMethod> PerBurst(string group, params string[] methods) => methods.Select(method => Burst(group, method));

    private static IEnumerable<HotMethod> PerFrame(string group, params string[] methods) => methods.Select(method => Frame(group, method));

    private static HotMethod Burst(string group, string method) => new(group, NameOf(group, method), WholeBody: false);

    private static HotMethod Frame(string group, string method) => new(group, NameOf(group, method), WholeBody: true);

    private static string NameOf(string group, string method) => method.Contains(':', StringComparison.Ordinal) ? method : $"{group}:{method}";
}
