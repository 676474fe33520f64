namespace NetworkingSfc.Control.State;

/// <summary>What the stand-in for a service function does with the frames it is sent.</summary>
public enum FunctionKind
{
    /// <summary><c>forward</c>: returns the frame as it is.</summary>
    Forward,

    /// <summary><c>aware</c>: lowers the index and returns the frame; only behind a correlated pair.</summary>
    Aware,

    /// <summary><c>drop</c>: returns nothing.</summary>
    Drop,

    /// <summary><c>tap</c>: returns nothing, because it only listens.</summary>
    Tap,

    /// <summary><c>rewrite</c>: replaces addresses and ports, then returns the frame.</summary>
    Rewrite,
}
