using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>Loops as they must not be, and one as it should be.</summary>
internal static class VectorsInFrame
{
    private const int Rows = 64;

    /// <summary>Runs those that this processor can.</summary>
    public static void Run()
    {
        byte[] keys = new byte[Rows * Vector512<byte>.Count];
        ulong sum = AcrossCall(keys, Rows);
        if (Vector512.IsHardwareAccelerated)
        {
            sum += PutTogether(keys, keys, Rows) + InRegisters(keys, keys, Rows);
        }

        GC.KeepAlive(sum);
    }

    /// <summary>
    /// The parts are put into a register whose old value the compiler (10.0.12) takes for needed: with a call in the loop it
    /// stores and loads it for each row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong PutTogether(byte[] keys, byte[] table, int rows)
    {
        ulong found = 0;
        for (int row = 0; row < rows; row++)
        {
            Vector128<byte> key = Vector128.LoadUnsafe(ref keys[PlaceOf(row)]) ^ Vector128.Create((byte)row);
            found += Vector512.Equals(Vector512.Create(key), Vector512.LoadUnsafe(ref table[0])).ExtractMostSignificantBits();
        }

        return found;
    }

    /// <summary>The same calls, with whole vectors from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong InRegisters(byte[] keys, byte[] table, int rows)
    {
        ulong found = 0;
        for (int row = 0; row < rows; row++)
        {
            found += Vector512.Equals(Vector512.LoadUnsafe(ref keys[PlaceOf(row)]), Vector512.LoadUnsafe(ref table[0])).ExtractMostSignificantBits();
        }

        return found;
    }

    /// <summary>No vector register survives a call, so this vector is in the frame, whatever the processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong AcrossCall(byte[] keys, int rows)
    {
        Vector128<byte> all = Vector128<byte>.Zero;
        for (int row = 0; row < rows; row++)
        {
            all ^= Vector128.LoadUnsafe(ref keys[PlaceOf(row)]);
        }

        return all.AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PlaceOf(int row) => row * Vector128<byte>.Count;
}
