using NetworkingSfc.Testing.Interop;

namespace NetworkingSfc.Testing;

/// <summary>Which guard page the bytes touch.</summary>
public enum GuardPlacement
{
    /// <summary>The octet behind the last one is out of bounds.</summary>
    End,

    /// <summary>The octet before the first one is out of bounds.</summary>
    Start,
}

/// <summary>
/// Native memory between two pages that nobody may touch: code that reads or writes one octet too far ends the test
/// process instead of passing by luck.
/// </summary>
/// <remarks>
/// The bytes touch one of the two guards. What is left of their page on the other side is filled with a pattern:
/// see <see cref="SurroundingsUntouched"/>.
/// </remarks>
public sealed unsafe class GuardedMemory : IDisposable
{
    private const byte Pattern = 0xa5;

    private readonly MappedPages _pages;
    private readonly int _slackOffset;
    private readonly int _slackLength;

    /// <summary>Maps zeroed memory of the given length.</summary>
    public GuardedMemory(int lengthBytes, GuardPlacement placement = GuardPlacement.End)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        int page = Environment.SystemPageSize;
        int usable = (Math.Max(lengthBytes, 1) + page - 1) / page * page;
        _pages = MappedPages.Map((nuint)(usable + (2 * page)));
        _pages.Open((nuint)page, (nuint)usable);
        nint start = _pages.Address + page;
        _slackLength = usable - lengthBytes;
        Length = lengthBytes;
        Address = placement == GuardPlacement.End ? start + _slackLength : start;
        _slackOffset = placement == GuardPlacement.End ? -_slackLength : lengthBytes;
        Slack.Fill(Pattern);
    }

    /// <summary>Number of octets.</summary>
    public int Length { get; }

    /// <summary>Address of the first octet.</summary>
    public nint Address { get; }

    /// <summary>The octets. Not to be used after <see cref="Dispose"/>: the memory is gone then.</summary>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pages.IsClosed, this);
            return new Span<byte>((void*)Address, Length);
        }
    }

    /// <summary>False when something wrote on the side that has no guard page directly beside it.</summary>
    public bool SurroundingsUntouched => Slack.IndexOfAnyExcept(Pattern) < 0;

    private Span<byte> Slack
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pages.IsClosed, this);
            return new Span<byte>((void*)(Address + _slackOffset), _slackLength);
        }
    }

    /// <summary>A copy of <paramref name="content"/> beside a guard page.</summary>
    public static GuardedMemory Holding(ReadOnlySpan<byte> content, GuardPlacement placement = GuardPlacement.End)
    {
        GuardedMemory memory = new(content.Length, placement);
        content.CopyTo(memory.Span);
        return memory;
    }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();
}
