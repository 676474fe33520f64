using System.Buffers;
using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Attachments;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>The contents of frames other than definitions, written and read. Any bytes may be read: they are refused or mean something.</summary>
public static class ChannelMessages
{
    /// <summary>First bytes of every connection: "SFCH".</summary>
    internal const uint Magic = 0x4843_4653;

    /// <summary>Version of the frames. An end refuses any other.</summary>
    internal const ushort Version = 2;

    private const int LeastPortBytes = 17;

    /// <summary>Writes how an end presents itself.</summary>
    public static byte[] Of(Hello hello) => Write(writer =>
    {
        writer.UInt32(Magic);
        writer.UInt16(Version);
        writer.UInt16(SnapshotEncoder.Version);
        writer.UInt64((ulong)hello.StartedNanoseconds);
        writer.UInt64(hello.Generation);
        writer.UInt64(hello.Digest);
        writer.Text(hello.CounterPath);
        writer.List(hello.Legend, static (w, label) => w.UInt128(label));
    });

    /// <summary>Reads how the other end presents itself.</summary>
    /// <exception cref="SnapshotFormatException">It is not one of ours, or of another version.</exception>
    public static Hello ReadHello(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        if (reader.UInt32() != Magic)
        {
            throw new SnapshotFormatException("The other end is no role of this program: its first frame must begin with \"SFCH\".");
        }

        ushort version = reader.UInt16();
        ushort encoding = reader.UInt16();
        if (version != Version || encoding != SnapshotEncoder.Version)
        {
            throw new SnapshotFormatException(
                $"The other end speaks version {version} with the encoding version {encoding}; version {Version} with {SnapshotEncoder.Version} is accepted. Start both roles from the same release.");
        }

        Hello hello = new((long)reader.UInt64(), reader.UInt64(), reader.UInt64(), reader.Text())
        {
            Legend = reader.List(SnapshotRecords.Labels),
        };
        reader.End();
        return hello;
    }

    /// <summary>Writes the generation that each worker uses.</summary>
    public static byte[] Of(ImmutableArray<ulong> adopted) => Write(writer => writer.List(adopted, static (w, generation) => w.UInt64(generation)));

    /// <summary>Reads the generation that each worker uses.</summary>
    public static ImmutableArray<ulong> ReadWorkers(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        ImmutableArray<ulong> adopted = reader.List(sizeof(ulong), static r => r.UInt64());
        reader.End();
        return adopted;
    }

    /// <summary>Writes the states of ports.</summary>
    public static byte[] Of(ImmutableArray<PortReport> ports) => Write(writer => writer.List(ports, static (w, port) =>
    {
        w.Int32(port.Number);
        w.Byte((byte)port.Condition);
        w.UInt64((ulong)port.Since.ToUnixTimeMilliseconds());
        w.Text(port.Reason ?? "");
    }));

    /// <summary>Reads the states of ports.</summary>
    public static ImmutableArray<PortReport> ReadPorts(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        ImmutableArray<PortReport> ports = reader.List(LeastPortBytes, static r =>
        {
            int number = r.Int32();
            PortCondition condition = (PortCondition)r.Byte(limit: (byte)PortCondition.Failed);
            ulong since = r.UInt64();
            string reason = r.Text();
            return since <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? new PortReport(number, condition, reason.Length == 0 ? null : reason, DateTimeOffset.FromUnixTimeMilliseconds((long)since))
                : throw r.Refuse("a time is too late");
        });
        reader.End();
        return ports;
    }

    /// <summary>Writes that a generation was refused.</summary>
    public static byte[] Refused(ulong generation, string reason) => Write(writer =>
    {
        writer.UInt64(generation);
        writer.Text(reason);
    });

    /// <summary>Reads that a generation was refused.</summary>
    public static (ulong Generation, string Reason) ReadRefused(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        (ulong, string) refused = (reader.UInt64(), reader.Text());
        reader.End();
        return refused;
    }

    /// <summary>Writes a sentence.</summary>
    public static byte[] Text(string text) => Write(writer => writer.Text(text));

    /// <summary>Reads a sentence.</summary>
    public static string ReadText(ReadOnlyMemory<byte> bytes)
    {
        SnapshotReader reader = new(bytes);
        string text = reader.Text();
        reader.End();
        return text;
    }

    internal static byte[] Write(Action<SnapshotWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        write(new SnapshotWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
