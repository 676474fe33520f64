using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Workers.WarmUp;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>
/// This executable once more, in a process that runs the hot code until the compiler is done with it and lists what it compiled.
/// </summary>
/// <remarks>
/// Nothing but the listing is switched on (no knob of the tiers either), so the code is what a forwarder runs: the engine is warmed up as by a forwarder before its
/// first port, which ends when no better code comes any more. The classifier's loops are compiled fully at once and never again,
/// whoever asks first, so for those that no rule set here leads to it is enough to ask.
/// </remarks>
internal static class HotProcess
{
    /// <summary>Set for the process that is to run hot code.</summary>
    public const string RoleVariable = "SFC_TEST_HOT_CODE";

    private const int Rules = 1_000;
    private const int Rows = 128;
    private const int CacheEntries = 64;
    private const int Rounds = 20;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(20);

    /// <summary>Starts the process and waits for its end.</summary>
    /// <param name="listing">Where it lists what it compiled.</param>
    public static void ListTo(string listing)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardError = true };
        foreach (string knob in start.Environment.Keys.Where(name => name.StartsWith("DOTNET_Tiered", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(knob);
        }

        start.Environment[RoleVariable] = "1";
        start.Environment["DOTNET_JitStdOutFile"] = listing;
        start.Environment["DOTNET_JitDisasmOnlyOptimized"] = "1";
        start.Environment["DOTNET_JitDisasm"] = "*NetworkingSfc*:*";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill();
            throw new TimeoutException($"The process that runs hot code did not end within {_patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The process that runs hot code ended with status {process.ExitCode}: {errors.Result}");
        }
    }

    /// <summary>What the started process does.</summary>
    public static void Run()
    {
        EngineWarmUp.Run(_warmUp);
        RememberNewFlows();
        foreach (ClassifierImplementation implementation in ClassifierCatalog.Implementations.Where(candidate => candidate.IsSupported))
        {
            Classify(implementation, AddressPrefix.Ipv4EtherType, AddressPrefix.Ipv4EtherType);
            Classify(implementation, AddressPrefix.Ipv6EtherType, AddressPrefix.Ipv6EtherType);
            Classify(implementation, AddressPrefix.Ipv4EtherType, AddressPrefix.Ipv6EtherType);
        }

        foreach (MethodInfo method in CompiledAtOnce.Methods(typeof(ClassifierCatalog).Assembly))
        {
            CompiledAtOnce.Compile(method);
        }

        VectorsInFrame.Run();
    }

    // Flows that are new every time, which the warm-up has few of.
    private static void RememberNewFlows()
    {
        using LiveFlowTable table = new(CacheEntries, new Random(1));
        FlowTuple[] rows = new FlowTuple[Rows];
        ulong flow = 0;
        JitWarmup.Settle(() =>
        {
            Array.ForEach(Enumerable.Range(0, Rows).ToArray(), row => rows[row] = new FlowTuple { Address0 = ++flow, Marks = FlowMarks.HasKey });
            table.Find(rows);
            foreach (ref FlowTuple row in rows.AsSpan())
            {
                row.Entry = table.Take(row);
                if (row.Entry >= 0 && table[row.Entry].State == FlowState.New)
                {
                    table.Keep(row);
                }
            }

            table.Age((ushort)(LiveFlowTable.LiveSeconds + 1), Rows);
        });
    }

    private static void Classify(ClassifierImplementation implementation, ushort even, ushort odd)
    {
        Random random = new(1);
        using IUpdatableClassifier classifier = implementation.Build(new RuleSet([.. Enumerable.Range(0, Rules).Select(Ranked)]));
        using IClassifierReader plain = classifier.OpenReader();
        using IClassifierReader remembering = classifier.OpenReader(CacheEntries);
        FlowKeyBatch keys = new(Rows);
        int[] results = new int[keys.Capacity];
        for (int round = 0; round < Rounds; round++)
        {
            keys.Clear();
            for (int row = 0; row < Rows; row++)
            {
                keys.Add(Key(2 * random.Next(Rules / 2) + (row % 2)));
            }

            plain.Classify(keys, results);
            remembering.Classify(keys, results);
            classifier.Apply([RuleChange.Replace(Ranked(random.Next(Rules)))]);
            remembering.Classify(keys, results);
        }

        // Every fiftieth is a wide one, that no tree holds.
        RankedRule Ranked(int number) => new(number, (uint)number, new FlowRule(Family(number))
        {
            Protocol = 6,
            Source = number % 50 < 2 ? default : new AddressPrefix(Address(number), (byte)(Family(number) == AddressPrefix.Ipv4EtherType ? 24 : 64)),
            DestinationPorts = ((ushort)number, ushort.MaxValue),
        });

        FlowKey Key(int number) => new() { EtherType = Family(number), Protocol = 6, SourceAddress = Address(number), DestinationPort = (ushort)(number + 1) };

        ushort Family(int number) => number % 2 == 0 ? even : odd;

        UInt128 Address(int number) => Family(number) == AddressPrefix.Ipv4EtherType ? (uint)number << 8 : (UInt128)(uint)number << 64;
    }
}
