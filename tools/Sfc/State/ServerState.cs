using System.Text;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.State;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.State;

/// <summary>The whole state of a server.</summary>
internal static class ServerState
{
    /// <summary>Path of the state, relative to the root.</summary>
    public const string Path = "v2.0/sfc/state";

    /// <summary>Asks for the state.</summary>
    /// <param name="client">Whom to ask.</param>
    public static async Task<StateFile> GetAsync(ApiClient client)
    {
        ApiAnswer answer = await client.GetAsync(Path);
        StateFile state = StateFile.Parse(Encoding.UTF8.GetBytes(answer.Text));
        return state.Reading.Document is not null
            ? state
            : throw new CommandFailure($"{answer.Sender} sent a state that cannot be read: {state.Reading.Errors[0]}");
    }

    /// <summary>Asks for the revision of the state.</summary>
    /// <param name="client">Whom to ask.</param>
    public static async Task<long> RevisionAsync(ApiClient client) =>
        (await client.GetAsync(Path)).Body()["revision"] is JsonValue value && value.TryGetValue(out long revision) ? revision : 0;

    /// <summary>The document of a file, or a failure that lists all that is wrong with it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="file">The file.</param>
    public static StateDocument Require(string path, StateFile file) => file.Reading.Document
        ?? throw new CommandFailure($"'{path}' is not a state that can be used:\n{string.Join('\n', file.Reading.Errors.Select(error => $"  {error}"))}");
}
