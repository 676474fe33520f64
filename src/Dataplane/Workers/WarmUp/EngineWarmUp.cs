using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Ports.Vlan;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Workers.WarmUp;

/// <summary>
/// Runs the real engine on frames of its own, through private ports and a private snapshot, until the just-in-time compiler is
/// done with it: real frames then meet fast code from the first one on.
/// </summary>
public static class EngineWarmUp
{
    private const int Slots = 256;
    private const int FrameBytes = 2_048;
    private const int RoundsAtOnce = 20;

    private static readonly Dictionary<string, string> _portSettings = new() { ["frames"] = "64" };

    /// <summary>Warms up: half a second where a processor is free.</summary>
    /// <param name="longest">When to end although the compiler is not done; null for ten seconds.</param>
    public static void Run(TimeSpan? longest = null)
    {
        SteeringSnapshot[] snapshots = [SteeringSnapshotBuilder.Build(WarmUpDefinition.Make()), SteeringSnapshotBuilder.Build(WarmUpDefinition.Make())];
        SnapshotCell cell = new(snapshots[0]);
        MemoryPort[] ports = [.. Enumerable.Range(0, WarmUpDefinition.Ports).Select(_ => (MemoryPort)PortDriverCatalog.Open("memory", _portSettings))];

        // Two workers, so that there are hand-off rings, and one port with VLANs; both are stepped here.
        using WorkerGroup workers = new(cell, new WorkerGroupOptions { Workers = 2, SlotsPerWorker = Slots, FrameBytes = FrameBytes });
        using VlanTrunk trunk = new(ports[WarmUpDefinition.OtherLearning]);
        for (int number = 0; number < ports.Length; number++)
        {
            IPort port = number == WarmUpDefinition.OtherLearning ? trunk.Port(VlanTrunk.Untagged) : ports[number];
            workers.Attach(number, port, workers.Place(port));
        }

        byte[] buffer = new byte[FrameBytes];
        JitWarmup.Settle(() =>
        {
            for (int round = 0; round < RoundsAtOnce; round++)
            {
                // Every other round the flows are new ones to the workers, then they are remembered.
                if (round % 2 == 0)
                {
                    cell.Publish(cell.Current == snapshots[0] ? snapshots[1] : snapshots[0]);
                }

                Round(workers, ports, buffer);
            }
        }, longest);
        Array.ForEach(snapshots, snapshot => snapshot.Retire(newer: null));
    }

    private static void Round(WorkerGroup workers, MemoryPort[] ports, byte[] buffer)
    {
        foreach ((int port, byte[] bytes) in WarmUpFrames.All)
        {
            _ = ports[port].Inject(0, bytes, bytes.Length);
        }

        int moved;
        do
        {
            moved = 0;
            foreach (Worker worker in workers.Workers)
            {
                moved += worker.RunOnce();
            }

            PlayFunctions(ports, buffer);
        }
        while (moved > 0);
    }

    private static void PlayFunctions(MemoryPort[] ports, byte[] buffer)
    {
        for (int number = 0; number < ports.Length; number++)
        {
            int function = (number - WarmUpDefinition.FirstFunction) / 2;
            bool isFunction = number >= WarmUpDefinition.FirstFunction && WarmUpDefinition.Input(function) == number && function != WarmUpDefinition.Functions - 1;
            while (ports[number].TryTake(0, buffer, out int length))
            {
                if (isFunction)
                {
                    EncapsulationKind kind = WarmUpDefinition.Kinds[function];
                    WarmUpFrames.Return(buffer.AsSpan(0, length), kind);
                    _ = ports[WarmUpDefinition.Output(function)].Inject(0, buffer.AsSpan(0, length), length);
                }
            }
        }
    }
}
