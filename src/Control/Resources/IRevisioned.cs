namespace NetworkingSfc.Control.Resources;

/// <summary>A resource that counts its changes, so that <c>If-Match: revision_number=N</c> can guard them.</summary>
public interface IRevisioned
{
    /// <summary>Number of the current version, from 1.</summary>
    int RevisionNumber { get; }
}
