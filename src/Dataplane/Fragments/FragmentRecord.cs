namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>What became of a first fragment in the <see cref="FragmentTable"/>.</summary>
internal enum FragmentRecord : byte
{
    /// <summary>Remembered, or the same as the one remembered.</summary>
    Remembered,

    /// <summary>There is no room that would not cost another datagram its place.</summary>
    Full,

    /// <summary>Another first fragment of the same datagram said something else.</summary>
    Conflicting,
}
