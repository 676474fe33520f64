using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.State;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.State;

/// <summary>A state document with what a server adds to it, so that a document from a server can be edited and given back.</summary>
/// <param name="Reading">The document, or what is wrong with it.</param>
/// <param name="Members">The document as JSON, without what a server adds; null when it is not a JSON object.</param>
/// <param name="Revision">The revision it names, or null.</param>
internal sealed record StateFile(StateReading Reading, JsonObject? Members, long? Revision)
{
    private const string RevisionMember = "revision";
    private const string GenerationsMember = "generations";

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    public static StateFile Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure($"'{path}' cannot be read: {failure.Message}");
        }
    }

    /// <summary>Reads what a server answered.</summary>
    /// <param name="utf8">The document as UTF-8.</param>
    public static StateFile Parse(byte[] utf8)
    {
        JsonObject? members = null;
        try
        {
            // Of a stream, because a byte order mark is no error there.
            members = JsonNode.Parse(new MemoryStream(utf8), documentOptions: _strict) as JsonObject;
        }
        catch (JsonException)
        {
            // The reader of state documents says what is wrong, and where.
        }

        members?.Remove(RevisionMember);
        members?.Remove(GenerationsMember);
        StateReading reading = StateDocument.Parse(utf8);
        return new StateFile(reading, members, reading.Document?.Revision);
    }

    /// <summary>The document with a revision, as a server takes it.</summary>
    /// <param name="revision">The revision.</param>
    public JsonObject WithRevision(long revision)
    {
        JsonObject body = (JsonObject)Members!.DeepClone();
        body[RevisionMember] = revision;
        return body;
    }
}
