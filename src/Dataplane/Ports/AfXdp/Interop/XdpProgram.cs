using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary>
/// The program that the kernel runs for each frame of an interface: it hands the frame to the socket of its queue, and
/// to the host where there is none. Loaded and attached by bpf(2).
/// </summary>
internal sealed unsafe partial class XdpProgram : IDisposable
{
    private const int BpfCall = 321;
    private const int CreateMapCommand = 0;
    private const int UpdateMapCommand = 2;
    private const int LoadProgramCommand = 5;
    private const int CreateLinkCommand = 28;
    private const uint SocketMapType = 17;
    private const uint XdpProgramType = 6;
    private const uint XdpAttachType = 37;
    private const int NameBytes = 16;

    // BPF_F_XDP_HAS_FRAGS: a frame may lie in several pieces. From Linux 5.18 on.
    private const uint FramesInPieces = 32;

    private readonly FileDescriptor _map;
    private readonly FileDescriptor _program;
    private FileDescriptor? _link;

    private XdpProgram(FileDescriptor map, FileDescriptor program)
    {
        _map = map;
        _program = program;
    }

    /// <summary>Loads the program.</summary>
    /// <param name="queues">Queues of the interface, 1 or more.</param>
    /// <param name="error">Number of the error, when there is one.</param>
    /// <returns>The program, or null when the system refuses.</returns>
    public static XdpProgram? TryLoad(int queues, out int error)
    {
        // Type, size of a key, size of a value, entries.
        uint* description = stackalloc uint[] { SocketMapType, sizeof(uint), sizeof(uint), (uint)queues };
        FileDescriptor map = new(Bpf(CreateMapCommand, description, 4 * sizeof(uint)));
        if (map.IsInvalid)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        FileDescriptor program = Load(map, FramesInPieces);
        if (program.IsInvalid && Marshal.GetLastPInvokeError() == LinuxError.InvalidArgument)
        {
            program = Load(map, flags: 0);
        }

        error = program.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        if (error != 0)
        {
            map.Dispose();
            return null;
        }

        return new XdpProgram(map, program);
    }

    /// <summary>Gives the frames of a queue to a socket that is bound to it. The kernel forgets a socket that is closed.</summary>
    /// <returns>0, or the number of the error.</returns>
    public int SetSocket(int queue, FileDescriptor socket)
    {
        uint key = (uint)queue;
        uint value = (uint)socket.Number;
        MapEntry entry = new() { Map = (uint)_map.Number, Key = &key, Value = &value };
        int result = Bpf(UpdateMapCommand, &entry, (uint)sizeof(MapEntry));
        GC.KeepAlive(socket);
        return result == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Attaches the program; it stays as long as this object and not longer than the process.</summary>
    /// <param name="interfaceIndex">Number of the interface.</param>
    /// <param name="mode">Where the kernel runs it.</param>
    /// <returns>0, or the number of the error.</returns>
    public int Attach(int interfaceIndex, XdpMode mode)
    {
        // Program, interface, type of the place, flags.
        uint* description = stackalloc uint[] { (uint)_program.Number, (uint)interfaceIndex, XdpAttachType, (uint)mode };
        FileDescriptor link = new(Bpf(CreateLinkCommand, description, 4 * sizeof(uint)));
        int error = link.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        _link = error == 0 ? link : null;
        return error;
    }

    public void Dispose()
    {
        _link?.Dispose();
        _program.Dispose();
        _map.Dispose();
    }

    private static FileDescriptor Load(FileDescriptor map, uint flags)
    {
        // code (8 bits), destination register (4), source register (4), offset (16), constant (32).
        ulong* instructions = stackalloc ulong[]
        {
            0x0010_12_61, // r2 = number of the queue: the word at 16 of the context (r1)
            0x0000_11_18 | ((ulong)map.Number << 32), 0, // r1 = the map; takes two places
            0x0000_03_b7 | (2UL << 32), // r3 = XDP_PASS, for a queue without a socket
            0x0000_00_85 | (51UL << 32), // r0 = bpf_redirect_map(r1, r2, r3)
            0x0000_00_95, // return r0
        };
        ReadOnlySpan<byte> license = "Apache-2.0\0"u8;
        fixed (byte* text = license)
        {
            ProgramToLoad description = new()
            {
                Type = XdpProgramType,
                InstructionCount = 6,
                Instructions = instructions,
                License = text,
                Flags = flags,
                ExpectedAttachType = XdpAttachType,
            };
            "sfc_xsk"u8.CopyTo(new Span<byte>(description.Name, NameBytes));
            FileDescriptor program = new(Bpf(LoadProgramCommand, &description, (uint)sizeof(ProgramToLoad)));
            GC.KeepAlive(map);
            return program;
        }
    }

    private static int Bpf(int command, void* attributes, uint length) => (int)SystemCall(BpfCall, command, attributes, length);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, void* attributes, nuint length);

    // The part of union bpf_attr for BPF_MAP_UPDATE_ELEM.
    [StructLayout(LayoutKind.Sequential)]
    private struct MapEntry
    {
        public ulong Map;
        public uint* Key;
        public uint* Value;
        public ulong Flags;
    }

    // The part of union bpf_attr for BPF_PROG_LOAD.
    [StructLayout(LayoutKind.Sequential)]
    private struct ProgramToLoad
    {
        public uint Type;
        public uint InstructionCount;
        public ulong* Instructions;
        public byte* License;
        public uint LogLevel;
        public uint LogBytes;
        public byte* Log;
        public uint KernelVersion;
        public uint Flags;
        public fixed byte Name[NameBytes];
        public uint InterfaceIndex;
        public uint ExpectedAttachType;
    }
}
