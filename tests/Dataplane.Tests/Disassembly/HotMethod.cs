namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>Code that runs for each frame or key.</summary>
/// <param name="Group">The test case it belongs to: an implementation of the classifier, or a type.</param>
/// <param name="Name">As in <see cref="MethodListing.Name"/>; overloads count together.</param>
/// <param name="WholeBody">True for what is called for each frame, false for what is called for each burst and has the loop.</param>
internal sealed record HotMethod(string Group, string Name, bool WholeBody)
{
    /// <summary>Most bytes that its stores of vectors to the frame may write. They are counted as stored once each.</summary>
    public int ToleratedBytes { get; private init; }

    /// <summary>Lets it store some.</summary>
    /// <param name="bytes">At most so many bytes: what is there now, so that it cannot grow.</param>
    /// <param name="because">Why that is harmless or cannot be helped; for who reads the list.</param>
    public HotMethod Tolerate(int bytes, string because)
    {
        ArgumentException.ThrowIfNullOrEmpty(because);
        return this with { ToleratedBytes = bytes };
    }
}
