using System.Globalization;
using System.Runtime.InteropServices;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Testing;

public sealed class GuardedMemoryTests
{
    public static TheoryData<int, GuardPlacement> Cases
    {
        get
        {
            TheoryData<int, GuardPlacement> cases = [];
            foreach (int length in new[] { 0, 1, 63, 64, Environment.SystemPageSize, Environment.SystemPageSize + 1 })
            {
                cases.Add(length, GuardPlacement.End);
                cases.Add(length, GuardPlacement.Start);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_sides_are_pages_nobody_may_touch(int length, GuardPlacement placement)
    {
        using GuardedMemory memory = new(length, placement);
        nint end = memory.Address + length;
        nint page = Environment.SystemPageSize;

        nint flush = placement == GuardPlacement.End ? end : memory.Address - 1;
        nint across = placement == GuardPlacement.End
            ? (memory.Address - (length == 0 ? 1 : 0)) / page * page - 1
            : (end - (length == 0 ? 0 : 1)) / page * page + page;
        Assert.Equal("---p", ProtectionAt(flush));
        Assert.Equal("---p", ProtectionAt(across));
        if (length > 0)
        {
            Assert.Equal("rw-p", ProtectionAt(memory.Address));
            Assert.Equal("rw-p", ProtectionAt(end - 1));
        }
    }

    /// <summary>
    /// The kernel reads user memory for a write call and answers EFAULT where the process itself would be killed,
    /// so this shows the fault without dying of it.
    /// </summary>
    [Fact]
    public void One_octet_too_far_faults_and_not_one_sooner()
    {
        using GuardedMemory memory = new(100);
        string file = Path.GetTempFileName();
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write);
            RandomAccess.Write(handle, memory.Span, 0);
            Assert.Equal(100, RandomAccess.GetLength(handle));

            Assert.Throws<IOException>(() => RandomAccess.Write(handle, OneTooMany(memory), 0));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(GuardPlacement.End)]
    [InlineData(GuardPlacement.Start)]
    public void Writing_on_the_open_side_is_noticed(GuardPlacement placement)
    {
        using GuardedMemory memory = new(100, placement);
        memory.Span.Fill(0xff);
        Assert.True(memory.SurroundingsUntouched);

        nint neighbour = placement == GuardPlacement.End ? memory.Address - 1 : memory.Address + 100;
        Marshal.WriteByte(neighbour, 0);

        Assert.False(memory.SurroundingsUntouched);
    }

    [Fact]
    public void Holding_copies_and_a_disposed_block_gives_nothing()
    {
        GuardedMemory memory = GuardedMemory.Holding([1, 2, 3]);
        Assert.Equal([1, 2, 3], memory.Span.ToArray());

        memory.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => memory.SurroundingsUntouched);
    }

    private static ReadOnlySpan<byte> OneTooMany(GuardedMemory memory) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(memory.Span), memory.Length + 1);

    private static string? ProtectionAt(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] fields = line.Split(' ', 3);
            string[] range = fields[0].Split('-');
            ulong first = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ulong last = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if ((ulong)address >= first && (ulong)address < last)
            {
                return fields[1];
            }
        }

        return null;
    }
}
