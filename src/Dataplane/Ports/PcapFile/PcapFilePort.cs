using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// A port that receives the packets of one capture file and writes what is sent to another. One queue each way, both for
/// the same worker.
/// </summary>
/// <remarks>
/// <para>
/// Frames come as fast as the worker takes them; their times are not waited for, but go with them
/// (<see cref="PacketOrigin.TimestampNanoseconds"/>) into the captures that they are written to. A frame check sequence
/// that the capture holds is taken off. A frame captured short is given on with its length on the wire.
/// </para>
/// <para>
/// Only Ethernet can be received: a record of another link type ends the input with a <see cref="Fault"/>, as damage of
/// the file does. Without an input nothing is received; without an output nothing is taken from the worker. Receiving
/// and transmitting read and write the file, which is as quick as the disk, allocate nothing and never throw.
/// </para>
/// </remarks>
public sealed class PcapFilePort : IPort, IRxQueue, ITxQueue
{
    private readonly CaptureReader? _input;
    private readonly PcapFileOutput? _output;
    private readonly string _inputName;
    private readonly QueueClaims _rxClaims = new("receive", 1);
    private readonly QueueClaims _txClaims = new("transmit", 1);
    private PacketArena? _rxArena;
    private PacketArena? _txArena;
    private string? _inputFault;
    private string? _outputFault;
    private bool _isExhausted;
    private bool _isDisposed;
    private long _recordsRead;
    private long _received;
    private long _sent;
    private long _oversize;
    private long _refused;

    internal PcapFilePort(CaptureReader? input, string inputName, PcapFileOutput? output)
    {
        _input = input;
        _inputName = inputName;
        _output = output;
        _isExhausted = input is null;
    }

    /// <inheritdoc/>
    public int RxQueueCount => 1;

    /// <inheritdoc/>
    public int TxQueueCount => 1;

    /// <inheritdoc/>
    public PortStatistics Statistics => new(_received, _sent, _oversize, ReceiveLost: 0, _refused);

    /// <summary>
    /// Why the input was not read to its end, or why the output takes no more frames; null while nothing is wrong. The
    /// end of an undamaged input is no fault: see <see cref="IsExhausted"/>.
    /// </summary>
    public string? Fault => Volatile.Read(ref _inputFault) ?? Volatile.Read(ref _outputFault);

    /// <summary>True when no frame will be received any more: the input has ended, well or not, or there is none.</summary>
    public bool IsExhausted => Volatile.Read(ref _isExhausted);

    /// <inheritdoc/>
    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        _rxArena = arena;
        return this;
    }

    /// <inheritdoc/>
    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        _txArena = arena;
        return this;
    }

    /// <inheritdoc/>
    public void Receive(PacketBatch batch)
    {
        // Not more records a call than a batch holds, also when none of them fits: the worker has other queues.
        for (int attempt = batch.Free; attempt > 0 && !_isExhausted; attempt--)
        {
            // The slot comes first: a record that was read cannot be put back.
            if (!_rxArena!.TryRent(out int slot))
            {
                return;
            }

            if (!TryReceive(batch, slot))
            {
                _rxArena.Return(slot);
            }
        }
    }

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (_output is null || _isDisposed || _outputFault is not null)
        {
            return 0;
        }

        for (int taken = 0; taken < buffers.Length; taken++)
        {
            ref readonly PacketBuffer buffer = ref buffers[taken];
            if (buffer.Length > LinkType.MaximumPacketLength(LinkType.Ethernet))
            {
                // No reader would accept it, so it must not get into the file.
                _refused++;
            }
            else if (_output.TryWrite(_txArena!.Origin(buffer.Slot).TimestampNanoseconds, _txArena.Frame(buffer)))
            {
                _sent++;
            }
            else
            {
                Volatile.Write(ref _outputFault, _output.Error);
                return taken;
            }

            _txArena!.Return(buffer.Slot);
        }

        return buffers.Length;
    }

    /// <summary>
    /// Writes out what the output holds in memory, up to 256 KiB. Called by the worker that transmits, or when it has stopped.
    /// </summary>
    /// <returns>False when the output has failed; <see cref="Fault"/> says why.</returns>
    public bool TryFlush()
    {
        if (_output is null || _isDisposed || _output.TryFlush())
        {
            return _outputFault is null;
        }

        Volatile.Write(ref _outputFault, _output.Error);
        return false;
    }

    /// <summary>Writes out the output and closes both files. <see cref="Fault"/> then says whether everything arrived.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        TryFlush();
        _isDisposed = true;
        Volatile.Write(ref _isExhausted, true);
        _output?.Dispose();
        _input?.Dispose();
    }

    // False when no frame was put into the slot.
    private bool TryReceive(PacketBatch batch, int slot)
    {
        if (!_input!.TryRead(out CaptureRecord record))
        {
            Volatile.Write(ref _inputFault, _input.Error);
            Volatile.Write(ref _isExhausted, true);
            return false;
        }

        _recordsRead++;
        if (record.LinkType != LinkType.Ethernet)
        {
            Volatile.Write(ref _inputFault, DescribeLinkType(record.LinkType));
            Volatile.Write(ref _isExhausted, true);
            return false;
        }

        ReadOnlySpan<byte> frame = WithoutFcs(record, out int wireLength);
        if (frame.Length > _rxArena!.FrameBytes)
        {
            _oversize++;
            return false;
        }

        frame.CopyTo(_rxArena.Slot(slot)[PacketArena.HeadroomBytes..]);
        _rxArena.Origin(slot).TimestampNanoseconds = record.TimestampNanoseconds;
        batch.Append(slot, PacketArena.HeadroomBytes, frame.Length, wireLength);
        _received++;
        return true;
    }

    // Live ports never see the sequence, and it would be wrong behind a frame that we have changed.
    private static ReadOnlySpan<byte> WithoutFcs(in CaptureRecord record, out int wireLength)
    {
        int fcsBytes = Math.Max(record.FcsLengthBits, 0) / 8;
        wireLength = Math.Max(Math.Max(record.WireLength, record.Data.Length) - fcsBytes, 0);
        return record.Data[..Math.Min(record.Data.Length, wireLength)];
    }

    private string DescribeLinkType(int linkType) =>
        $"Packet {_recordsRead} of the capture '{_inputName}' has link type {linkType}; accepted is {LinkType.Ethernet} (Ethernet).";
}
