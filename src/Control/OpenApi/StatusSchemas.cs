using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.OpenApi;

/// <summary>Schemas of <c>/v2.0/sfc/status</c>. Whatever cannot be known for now is null.</summary>
internal static class StatusSchemas
{
    private const string Whole = """{"type": "integer", "minimum": 0}""";
    private const string WholeOrNull = """{"type": ["integer", "null"], "minimum": 0}""";
    private const string Seconds = """{"type": "number", "minimum": 0}""";
    private const string Text = """{"type": "string"}""";
    private const string TextOrNull = """{"type": ["string", "null"]}""";

    private const string Traffic = "status_traffic";
    private const string Losses = "status_losses";
    private const string Member = "status_member";
    private const string Hop = "status_hop";
    private const string Chain = "status_chain";
    private const string Port = "status_port";
    private const string Worker = "status_worker";
    private const string Flows = "status_flows";
    private const string Driver = "status_driver";
    private const string Totals = "status_totals";
    private const string Unused = "status_unused_port";
    private const string Numbers = "status_numbers";
    private const string Forwarder = "status_forwarder";

    /// <summary>Adds the schemas.</summary>
    public static void Add(JsonObject schemas)
    {
        schemas[Traffic] = Of(("packets", Whole), ("bytes", Whole));
        schemas[Losses] = Of(("receive_oversize", Whole), ("receive_lost", Whole), ("receive_invalid", Whole), ("send_refused", Whole));
        schemas[Member] = Of(("id", Schema.Id.Json), ("name", Text), ("steered", OrNull(Traffic)));
        schemas[Hop] = Of(("index", Whole), ("group", Schema.Id.Json), ("name", Text), ("members", ListOf(Member)));
        schemas[Chain] = Of(("id", Schema.Id.Json), ("name", Text), ("entered", OrNull(Traffic)), ("hops", ListOf(Hop)));
        schemas[Port] = Of(
            ("id", Schema.Id.Json), ("name", Text), ("condition", """{"enum": ["up", "waiting", "down", "failed", null]}"""), ("reason", TextOrNull),
            ("since", TextOrNull), ("received", OrNull(Traffic)), ("sent", OrNull(Traffic)), ("below", OrNull(Losses)));
        schemas[Worker] = Of(
            ("number", Whole), ("generation", WholeOrNull), ("empty_steps", Whole), ("packets", Whole),
            ("bursts_by_size", $$"""{"type": "array", "items": {{Whole}}, "description": "Bursts of 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31, 32 to 63, 64 frames."}"""),
            ("busy_seconds", Seconds), ("largest_gap_seconds", Seconds), ("handoffs_given_up", Whole),
            ("allocated_bytes", Whole), ("collections", Whole), ("flows", Operation.Reference(Flows).ToJsonString()));
        schemas[Flows] = Of(("held", Whole), ("looked_up", Whole), ("recalled", Whole), ("kept", Whole), ("unplaced", Whole));
        schemas[Driver] = Of(("name", Text), ("wanted_revision", Whole), ("applied_revision", WholeOrNull), ("failure", TextOrNull), ("failing_since", TextOrNull));
        schemas[Totals] = Of(
            ("received", Whole), ("sent", Whole), ("generated", Whole), ("not_learned", Whole),
            ("dropped", $$"""{"type": "object", "additionalProperties": {{Whole}}, "description": "Frames by reason."}"""));
        schemas[Forwarder] = Of(("state", """{"enum": ["up", "away", "none"]}"""), ("since", TextOrNull), ("started", TextOrNull));
        schemas[Unused] = Of(("port", Text), ("reason", Text));
        schemas[Numbers] = Of(("kind", """{"enum": ["ports", "chains", "members"]}"""), ("given", Whole), ("room", WholeOrNull));
        schemas[GeneralSchemas.Status] = Of(
            ("time", Text), ("started", Text), ("revision", Whole), ("generation", Whole), ("clock_megahertz", """{"type": ["number", "null"]}"""),
            ("forwarder", Operation.Reference(Forwarder).ToJsonString()), ("drivers", ListOf(Driver)), ("totals", OrNull(Totals)),
            ("workers", ListOf(Worker)), ("chains", ListOf(Chain)), ("ports", ListOf(Port)), ("unused_ports", ListOf(Unused)), ("numbers", ListOf(Numbers)));
    }

    private static JsonObject Of(params (string Name, string Schema)[] members) =>
        Operation.ObjectOf([.. members.Select(member => (member.Name, Operation.Parse(member.Schema)))]);

    private static string ListOf(string schema) => Operation.ListOf(Operation.Reference(schema)).ToJsonString();

    private static string OrNull(string schema) => $$"""{"anyOf": [{"type": "null"}, {{Operation.Reference(schema).ToJsonString()}}]}""";
}
