using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers;

/// <summary>A target knows things by other numbers than the state that it was given. It holds what it held before; the state is to be compiled with its numbers.</summary>
/// <param name="numbers">The numbers that it has given.</param>
public sealed class OtherNumbersException(StableNumbers numbers)
    : Exception("The target knows ports and counters by other numbers than those the state was compiled with.")
{
    /// <summary>The numbers that it has given.</summary>
    public StableNumbers Numbers => numbers;
}
