using System.Buffers.Binary;
using System.Diagnostics;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// The last definition on disk, so that a forwarder that starts needs nobody to tell it what to do. Written by a thread of its
/// own, a moment behind, and the newest only: the file always is one whole definition and its digest.
/// </summary>
internal sealed class SnapshotFile : IDisposable
{
    /// <summary>Name of the file in its directory.</summary>
    public const string FileName = "forward.snapshot";

    private const int DigestBytes = sizeof(ulong);
    private const int ChunkBytes = 64 * 1024;

    // Under many changes writing takes a fifth of the time of one processor: a control role that is there brings the rest.
    private const int PausesPerWrite = 4;
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Action<string> _log;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wanted = new(initialState: false);
    private SteeringDefinition? _next;
    private bool _isStopping;
    private string? _failure;

    /// <summary>Starts the thread.</summary>
    /// <param name="directory">Where the file is.</param>
    /// <param name="log">Takes sentences for people.</param>
    public SnapshotFile(string directory, Action<string> log)
    {
        _path = Path.Combine(directory, FileName);
        _log = log;
        _thread = new Thread(Run) { Name = "snapshot file", IsBackground = true };
        _thread.Start();
    }

    /// <summary>
    /// Reads the file of a directory. One that is damaged is set aside, as what it is called and <c>.damaged</c>, and said.
    /// </summary>
    /// <param name="directory">Where the file is.</param>
    /// <param name="log">Takes sentences for people.</param>
    /// <returns>The definition, or null when there is none that can be used.</returns>
    public static SteeringDefinition? Load(string directory, Action<string> log)
    {
        string path = Path.Combine(directory, FileName);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log($"The last snapshot cannot be read, so nothing is forwarded until a control process connects: {failure.Message}");
            return null;
        }

        try
        {
            int length = bytes.Length - DigestBytes;
            return length >= 0 && SnapshotDigest.Add(SnapshotDigest.Start, bytes.AsSpan(0, length)) == BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(length))
                ? SnapshotDecoder.Decode(bytes.AsMemory(0, length))
                : throw new SnapshotFormatException("Its bytes are not those that were written.");
        }
        catch (SnapshotFormatException damaged)
        {
            SetAside(directory, damaged.Message, log);
            return null;
        }
    }

    /// <summary>Puts a file aside that cannot be used.</summary>
    /// <param name="directory">Where the file is.</param>
    /// <param name="reason">Why.</param>
    /// <param name="log">Takes sentences for people.</param>
    public static void SetAside(string directory, string reason, Action<string> log)
    {
        string path = Path.Combine(directory, FileName);
        log($"The last snapshot {path} cannot be used, so nothing is forwarded until a control process connects. It is kept as {FileName}.damaged. {reason}");
        try
        {
            File.Move(path, path + ".damaged", overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log($"The file {path} cannot be renamed: {failure.Message}");
        }
    }

    /// <summary>Has a definition written soon, unless a later one comes first.</summary>
    /// <param name="definition">The definition.</param>
    public void Save(SteeringDefinition definition)
    {
        lock (_lock)
        {
            _next = definition;
        }

        _wanted.Set();
    }

    /// <summary>Writes what is still to be written, and ends the thread.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        _wanted.Set();
        _thread.Join();
        _wanted.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            bool isStopping = Volatile.Read(ref _isStopping);
            SteeringDefinition? next;
            lock (_lock)
            {
                (next, _next) = (_next, null);
            }

            long started = Stopwatch.GetTimestamp();
            bool isWritten = next is null || TryWrite(next);
            if (isStopping)
            {
                return;
            }

            if (next is null)
            {
                _wanted.WaitOne();
            }
            else if (isWritten)
            {
                TimeSpan pause = PausesPerWrite * Stopwatch.GetElapsedTime(started);
                Pause(pause < _longestPause ? pause : _longestPause);
            }
            else
            {
                Pause(_retry);
                lock (_lock)
                {
                    _next ??= next;
                }
            }
        }
    }

    // A stop is not kept waiting.
    private void Pause(TimeSpan time)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        while (!Volatile.Read(ref _isStopping) && end - Environment.TickCount64 is > 0 and long left)
        {
            if (_wanted.WaitOne((int)left) && !Volatile.Read(ref _isStopping))
            {
                Thread.Sleep((int)Math.Max(0, end - Environment.TickCount64));
            }
        }
    }

    private bool TryWrite(SteeringDefinition definition)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            string next = _path + ".new";
            using (FileStream file = new(next, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                ulong digest = SnapshotDigest.Start;
                using ChunkWriter chunks = new(ChunkBytes, bytes =>
                {
                    digest = SnapshotDigest.Add(digest, bytes);
                    file.Write(bytes);
                });
                SnapshotEncoder.Encode(definition, chunks);
                chunks.Flush();
                Span<byte> end = stackalloc byte[DigestBytes];
                BinaryPrimitives.WriteUInt64LittleEndian(end, digest);
                file.Write(end);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, _path, overwrite: true);
            Say(null, definition.Generation);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Say(failure.Message, definition.Generation);
            return false;
        }
    }

    // Once when it begins, when it changes and when it ends.
    private void Say(string? failure, ulong generation)
    {
        if (failure is null && _failure is not null)
        {
            _log($"Generation {generation} has been written to {_path} after that had failed.");
        }
        else if (failure is not null && failure != _failure)
        {
            _log($"Generation {generation} cannot be written to {_path}: {failure} Forwarding goes on; a restart without a control process would go on with an older one.");
        }

        _failure = failure;
    }
}
