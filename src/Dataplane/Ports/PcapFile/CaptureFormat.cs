namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>One file format: takes records from the input until the capture ends or stops making sense.</summary>
internal abstract class CaptureFormat(CaptureInput input)
{
    /// <summary>Where the bytes come from.</summary>
    protected CaptureInput Input { get; } = input;

    /// <summary>Why reading stopped before the end of the capture, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Gives the next record. False at the end and after an error; asking again stays false.</summary>
    public abstract bool TryRead(out CaptureRecord record);

    /// <summary>The text of an error.</summary>
    /// <param name="offset">Where in the uncompressed capture the damage lies, in bytes from its start.</param>
    /// <param name="wrong">What was found there.</param>
    /// <param name="accepted">What would have been read.</param>
    public static string Describe(long offset, string wrong, string accepted) => $"at byte {offset}: {wrong}; {accepted}";

    /// <summary>
    /// The text for an input that ran out inside the <paramref name="what"/> that starts at the current offset,
    /// whether the file was cut short or could not be read further.
    /// </summary>
    public static string DescribeShort(CaptureInput input, string what, long needed, long found) =>
        input.Failure is string failure
            ? Describe(input.Offset, $"reading stopped inside {what}: {failure}", "accepted is an undamaged file")
            : Describe(input.Offset, $"the file ends {found} bytes into {what} of {needed} bytes", "accepted is a file that holds it whole");

    /// <summary>Records an error; parameters as <see cref="Describe"/>. Always false, so that a read can end in it.</summary>
    protected bool Fail(long offset, string wrong, string accepted)
    {
        Error = Describe(offset, wrong, accepted);
        return false;
    }

    /// <summary>Records that the input ran out; parameters as <see cref="DescribeShort"/>. Always false.</summary>
    protected bool FailShort(string what, long needed, long found)
    {
        Error = DescribeShort(Input, what, needed, found);
        return false;
    }

    /// <summary>
    /// No byte is left where a record could start. False without an error when the capture simply ends here; false
    /// with one when reading failed.
    /// </summary>
    protected bool End() =>
        Input.Failure is string failure
        && Fail(Input.Offset, $"reading stopped: {failure}", "accepted is an undamaged file");

    /// <summary>
    /// Takes the capture metadata of <paramref name="linkType"/> off a packet that starts at <paramref name="offset"/>.
    /// False, with an error, when the packet has no room for it.
    /// </summary>
    protected bool TryTakePseudoHeader(int linkType, long offset, ref ReadOnlySpan<byte> packet, ref uint wireLength)
    {
        if (!PseudoHeader.IsUsedBy(linkType))
        {
            return true;
        }

        if (!PseudoHeader.TryMeasure(linkType, packet, out int length))
        {
            return Fail(
                offset,
                $"a packet of {packet.Length} bytes does not begin with the header of link type {linkType}",
                "accepted are packets that hold the whole header and name its protocol");
        }

        bool isStated = PseudoHeader.TryReadWireLength(linkType, packet, out int stated);
        packet = packet[length..];
        wireLength = isStated ? (uint)stated : unchecked(wireLength - (uint)length);
        if (isStated && packet.Length > stated)
        {
            packet = packet[..stated];
        }

        return true;
    }

    /// <summary>
    /// A wire length as records give it: what does not fit 31 bits is beyond any frame, and becomes the largest value.
    /// </summary>
    protected static int Saturate(uint wireLength) => (int)Math.Min(wireLength, int.MaxValue);
}
