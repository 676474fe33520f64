using System.Buffers;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Channel;

/// <summary>Encoded definitions, whole and damaged, and what decoders may do with them.</summary>
internal static class EncodedBytes
{
    // A handful of objects for every element of a list, which has four bytes or more; and the exception itself.
    private const int AllocatedBytesPerByte = 64;
    private const int AllocatedBytesAtLeast = 64 * 1024;

    public static byte[] Of(SteeringDefinition definition) => Written(writer => SnapshotEncoder.Encode(definition, writer));

    /// <summary>What leads from one definition to another.</summary>
    public static byte[] Delta(SteeringDefinition before, SteeringDefinition next) => Written(writer => SnapshotDelta.Encode(before, next, writer));

    /// <summary>Decodes, or gives null when the bytes are refused; asks for no more memory than the bytes may mean.</summary>
    public static SteeringDefinition? WithinBounds(byte[] bytes, Func<ReadOnlyMemory<byte>, SteeringDefinition> decode, string what, int more = 0)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        SteeringDefinition? decoded = null;
        try
        {
            decoded = decode(bytes);
        }
        catch (SnapshotFormatException)
        {
            // The one answer to bytes that mean nothing.
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= AllocatedBytesAtLeast + (AllocatedBytesPerByte * (bytes.Length + more)), $"{what}: {allocated} bytes allocated for {bytes.Length}");
        return decoded;
    }

    public static byte[] Damage(byte[] encoded, Random random)
    {
        byte[] damaged = [.. encoded];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int offset = random.Next(6, damaged.Length);
            switch (random.Next(4))
            {
                case 0:
                    damaged[offset] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[offset] = (byte)random.Next(256);
                    break;
                case 2:
                    BitConverter.TryWriteBytes(damaged.AsSpan(Math.Min(offset, damaged.Length - 4)), random.GetItems([-1, 0, 1, 255, 65_536, int.MaxValue, int.MinValue], 1)[0]);
                    break;
                default:
                    int length = random.Next(1, 9);
                    damaged = random.Next(2) == 0 && damaged.Length > offset + length
                        ? [.. damaged[..offset], .. damaged[(offset + length)..]]
                        : [.. damaged[..offset], .. new byte[length], .. damaged[offset..]];
                    break;
            }
        }

        return damaged;
    }

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> writer = new();
        write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
