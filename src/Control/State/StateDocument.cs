using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>
/// A whole desired state in one JSON document: the API's own objects plus the stand-ins behind the port pairs and
/// the uplinks of the networks. Objects are named by id or by unique name; what is not given takes the API's default.
/// </summary>
public sealed record StateDocument
{
    /// <summary>The resources, made in the order of the document by the API's own rules.</summary>
    public required ResourceSet Resources { get; init; }

    /// <summary>The revision that the document gives itself; null for none, which is enough for a file.</summary>
    public long? Revision { get; init; }

    /// <summary>The stand-in of every port pair, by id of the pair: as given, or the one that its correlation calls for.</summary>
    public ImmutableDictionary<Guid, ServiceFunction> Functions => Resources.PortPairs.ToImmutableDictionary(
        pair => pair.Id, pair => Resources.Functions.GetValueOrDefault(pair.Id) ?? ServiceFunction.DefaultFor(pair));

    /// <summary>
    /// Reads a document. One with generations is a server's: it may hold what the API lets become and would not make
    /// at once, such as a pair whose port has lost its device.
    /// </summary>
    /// <param name="utf8">The document as UTF-8.</param>
    public static StateReading Parse(ReadOnlyMemory<byte> utf8) => StateText.Parse(utf8, restores: false);

    /// <summary>Reads a document from a file; a file that cannot be read is an error like any other.</summary>
    /// <param name="path">Path of the file.</param>
    public static StateReading Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new StateReading(null, [new StateError(path, $"The file cannot be read: {exception.Message} Accepted is a readable file with a state document in JSON.")]);
        }
    }
}
