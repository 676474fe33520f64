using System.Buffers.Binary;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// A classic pcap that another program is writing, whole records at a time, in this machine's byte order. The capture reader
/// of the dataplane takes the end of a file for the end of the capture; here it means "nothing new".
/// </summary>
internal sealed class GrowingCapture : IDisposable
{
    private const int RecordHeaderBytes = 16;
    private const int CapturedLengthOffset = 8;

    private readonly FileStream _file;
    private readonly byte[] _header = new byte[RecordHeaderBytes];
    private long _next;

    /// <summary>Opens a capture behind what is in it now.</summary>
    /// <param name="path">The file, with at least its header.</param>
    public GrowingCapture(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _next = _file.Length;
    }

    /// <summary>Reads the next record.</summary>
    /// <returns>Its bytes, or null when there is no new one.</returns>
    public byte[]? TryRead()
    {
        if (RandomAccess.Read(_file.SafeFileHandle, _header, _next) < RecordHeaderBytes)
        {
            return null;
        }

        byte[] frame = new byte[BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(CapturedLengthOffset))];
        if (RandomAccess.Read(_file.SafeFileHandle, frame, _next + RecordHeaderBytes) < frame.Length)
        {
            return null;
        }

        _next += RecordHeaderBytes + frame.Length;
        return frame;
    }

    public void Dispose() => _file.Dispose();
}
