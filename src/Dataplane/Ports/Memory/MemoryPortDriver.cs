using System.Numerics;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.Memory;

/// <summary>Opens ports to another thread of this process.</summary>
internal sealed class MemoryPortDriver : IPortDriver
{
    private const int MaxQueues = 64;
    private const int MaxFrames = 65_536;
    private const int MinFrameBytes = 64;

    // What one array can hold is far more; this keeps a mistyped setting from taking the machine's memory.
    private const long MaxRingBytes = 256L * 1024 * 1024;

    public string Kind => "memory";

    public IReadOnlyList<PortSetting> Settings { get; } =
    [
        new("queues", IsRequired: false, $"queues each way, 1 to {MaxQueues}, 1 unless given"),
        new("frames", IsRequired: false, $"frames that a ring holds, a power of two from 2 to {MaxFrames}, 1024 unless given"),
        new("frame_bytes", IsRequired: false, $"largest frame in bytes, {MinFrameBytes} to {PacketArena.LargestFrameBytes}, 2048 unless given"),
    ];

    public void Check(IReadOnlyDictionary<string, string> settings) => _ = Read(settings);

    public IPort Open(IReadOnlyDictionary<string, string> settings)
    {
        (int queues, int frames, int frameBytes) = Read(settings);
        return new MemoryPort(queues, frames, frameBytes);
    }

    private (int Queues, int Frames, int FrameBytes) Read(IReadOnlyDictionary<string, string> settings)
    {
        PortSettingValues values = new(Kind, settings);
        int queues = values.Number("queues", unset: 1, 1, MaxQueues);
        int frames = values.Number("frames", unset: 1024, 2, MaxFrames);
        int frameBytes = values.Number("frame_bytes", unset: 2048, MinFrameBytes, PacketArena.LargestFrameBytes);
        if (!BitOperations.IsPow2(frames))
        {
            throw new PortOpenException($"The setting 'frames' of a memory port is '{frames}'; accepted are powers of two from 2 to {MaxFrames}.");
        }

        if ((long)frames * frameBytes > MaxRingBytes)
        {
            throw new PortOpenException(
                $"The settings 'frames' and 'frame_bytes' of a memory port are {frames} and {frameBytes}, a ring of {(long)frames * frameBytes} bytes; accepted are at most {MaxRingBytes}.");
        }

        return (queues, frames, frameBytes);
    }
}
