using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>
/// Keeps the process alive when a peer cuts off a file that is mapped here. The kernel then answers an access with the
/// signal SIGBUS, which would end the process with all its ports. The guard's signal handler puts zeros of our own in
/// the place of the whole mapping and lets the access happen again; the port is told by <see cref="HasFired"/>.
/// </summary>
/// <remarks>
/// <para>
/// libwayland protects compositors from their clients in the same way. Checking the file's length when it is mapped does
/// not help, because the peer keeps its descriptor; sealing it (F_SEAL_SHRINK) would, but works only on files that were
/// made for it, and those of DPDK are not.
/// </para>
/// <para>
/// The signal may come in the middle of managed code, where no managed handler can run, so the handler is 105 bytes of
/// machine code. It uses no stack but three words, calls nothing but mmap(2), and hands every address that is in no
/// entry on to the handler that was there before, which is the runtime's.
/// </para>
/// </remarks>
internal static unsafe partial class TruncationGuard
{
    /// <summary>Mappings there can be at a time.</summary>
    public const int Capacity = 1024;

    private const int BusError = 7;
    private const int SignalInformation = 4;
    private const int OnAlternateStack = 0x0800_0000;
    private const int MapPrivateAnonymous = 0x22;
    private const int ReadAndExecute = 5;
    private const int CodeBytes = 4096;

    // Places in the code where an address or a number is put in.
    private const int TablePlace = 2;
    private const int CapacityPlace = 11;
    private const int PreviousPlace = 40;

    private static readonly Lock _lock = new();
    private static Entry* _table;

    /// <summary>What a signal handler is told: rdi the signal, rsi its siginfo, rdx the context.</summary>
    private static ReadOnlySpan<byte> Code =>
    [
        0x49, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,       // 00 mov r8, table
        0xb9, 0, 0, 0, 0,                         // 0a mov ecx, capacity
        0x48, 0x8b, 0x46, 0x10,                   // 0f mov rax, [rsi+16]      the address, si_addr
        0x49, 0x3b, 0x00,                         // 13 cmp rax, [r8]
        0x72, 0x06,                               // 16 jb 1e
        0x49, 0x3b, 0x40, 0x08,                   // 18 cmp rax, [r8+8]
        0x72, 0x14,                               // 1c jb 32
        0x49, 0x83, 0xc0, 0x20,                   // 1e add r8, 32
        0xff, 0xc9,                               // 22 dec ecx
        0x75, 0xed,                               // 24 jnz 13
        0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,       // 26 mov rax, previous
        0xff, 0xe0,                               // 30 jmp rax
        0x57,                                     // 32 push rdi
        0x56,                                     // 33 push rsi
        0x52,                                     // 34 push rdx
        0xf0, 0x49, 0xff, 0x40, 0x10,             // 35 lock inc qword [r8+16]
        0x49, 0x8b, 0x38,                         // 3a mov rdi, [r8]          mmap: the start,
        0x49, 0x8b, 0x70, 0x08,                   // 3d mov rsi, [r8+8]
        0x48, 0x29, 0xfe,                         // 41 sub rsi, rdi           the length,
        0xba, 0x03, 0x00, 0x00, 0x00,             // 44 mov edx, 3             PROT_READ | PROT_WRITE,
        0x41, 0xba, 0x32, 0x40, 0x00, 0x00,       // 49 mov r10d, 0x4032       MAP_PRIVATE | FIXED | ANONYMOUS | NORESERVE,
        0x49, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, // 4f mov r8, -1             no file,
        0x45, 0x31, 0xc9,                         // 56 xor r9d, r9d           no offset
        0xb8, 0x09, 0x00, 0x00, 0x00,             // 59 mov eax, 9
        0x0f, 0x05,                               // 5e syscall
        0x5a,                                     // 60 pop rdx
        0x5e,                                     // 61 pop rsi
        0x5f,                                     // 62 pop rdi
        0x48, 0x85, 0xc0,                         // 63 test rax, rax
        0x78, 0xbe,                               // 66 js 26
        0xc3,                                     // 68 ret                    and the access happens again
    ];

    /// <summary>Whether this machine can be guarded: the handler is code for x86-64.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Installs the handler, if it is not yet. Before the first <see cref="TryAdd"/>.</summary>
    /// <exception cref="IOException">The system refuses it.</exception>
    public static void Install()
    {
        lock (_lock)
        {
            if (_table is null)
            {
                InstallHandler();
            }
        }
    }

    /// <summary>Guards a mapping, from now on.</summary>
    /// <param name="mapping">Begins and ends with a page.</param>
    /// <param name="entry">Its number here.</param>
    /// <returns>False when there are <see cref="Capacity"/> already.</returns>
    public static bool TryAdd(MemoryMapping mapping, out int entry)
    {
        lock (_lock)
        {
            for (entry = 0; entry < Capacity; entry++)
            {
                ref Entry free = ref _table[entry];
                if (free.End == 0)
                {
                    free.Start = (nuint)mapping.Pointer;
                    free.Fired = 0;

                    // Last: the handler takes an entry that has an end for a whole one.
                    Volatile.Write(ref free.End, (nuint)mapping.Pointer + (nuint)mapping.Length);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether the mapping has been replaced.</summary>
    public static bool HasFired(int entry) => Volatile.Read(ref _table[entry].Fired) != 0;

    /// <summary>Ends the guard, before the mapping goes. Nobody may be using the mapping.</summary>
    public static void Remove(int entry) => Volatile.Write(ref _table[entry].End, 0);

    private static void InstallHandler()
    {
        // Never freed: the handler stays for the life of the process.
        Entry* table = (Entry*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(Entry));
        nint address = LinuxInterop.Map(
            0, CodeBytes, LinuxInterop.ProtectRead | LinuxInterop.ProtectWrite, MapPrivateAnonymous, -1, 0);
        Check(address == LinuxInterop.MapFailed ? -1 : 0);
        Check(SetAction(BusError, null, out SignalAction previous));
        Span<byte> code = new((void*)address, CodeBytes);
        Code.CopyTo(code);
        BinaryPrimitives.WriteInt64LittleEndian(code[TablePlace..], (long)table);
        BinaryPrimitives.WriteInt32LittleEndian(code[CapacityPlace..], Capacity);
        BinaryPrimitives.WriteInt64LittleEndian(code[PreviousPlace..], previous.Handler);
        Check(ProtectMemory(address, CodeBytes, ReadAndExecute));
        SignalAction guard = previous;
        guard.Handler = address;
        guard.Flags |= SignalInformation | OnAlternateStack;
        _table = table;
        Check(SetAction(BusError, &guard, out _));
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new IOException($"The signal handler that guards the memory of peers cannot be installed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int SetAction(int signal, SignalAction* action, out SignalAction previous);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int ProtectMemory(nint address, nuint length, int protection);

    /// <summary>One mapping. The code knows this layout.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private struct Entry
    {
        public nuint Start;
        public nuint End;
        public ulong Fired;
    }

    /// <summary><c>struct sigaction</c> of glibc and musl for x86-64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SignalAction
    {
        public nint Handler;
        public SignalMask Mask;
        public int Flags;
        public nint Restorer;
    }

    [InlineArray(16)]
    private struct SignalMask
    {
        private ulong _first;
    }
}
