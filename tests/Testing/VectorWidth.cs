using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetworkingSfc.Testing;

/// <summary>Tells whether this process really has the vectors it was started with.</summary>
/// <remarks>
/// The runtime ignores a knob it does not know in silence (<c>EnableAVX512F</c> of earlier versions is one), and the
/// run that should have proved the narrow paths then proves the wide ones twice. So whoever narrows a process also
/// sets <c>SFC_EXPECT_VECTORS</c> to 512, 256, 128 or none, and a test compares.
/// </remarks>
public static class VectorWidth
{
    private const string ExpectationVariable = "SFC_EXPECT_VECTORS";

    private static readonly string[] _knobs = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];

    /// <summary>The widest vectors this process may use: "512", "256", "128" or "none".</summary>
    public static string Widest =>
        Vector512.IsHardwareAccelerated || Avx512F.IsSupported ? "512"
        : Vector256.IsHardwareAccelerated || Avx2.IsSupported ? "256"
        : Vector128.IsHardwareAccelerated || Sse2.IsSupported ? "128"
        : "none";

    /// <summary>True when this process was started with narrower vectors than there are.</summary>
    public static bool IsNarrowed => Environment.GetEnvironmentVariable(ExpectationVariable) is not null;

    /// <summary>What is wrong, or null.</summary>
    public static string? Complaint
    {
        get
        {
            string? expected = Environment.GetEnvironmentVariable(ExpectationVariable);
            if (expected is not null)
            {
                return expected == Widest ? null : $"{ExpectationVariable} is {expected}, but the widest vectors here are {Widest}.";
            }

            string[] narrowed = [.. _knobs.Where(knob => Environment.GetEnvironmentVariable(knob) == "0")];
            return narrowed.Length == 0 ? null : $"{string.Join(", ", narrowed)} is off, but {ExpectationVariable} does not say what to expect.";
        }
    }
}
