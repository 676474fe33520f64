using System.Text.Json.Nodes;
using NetworkingSfc.Control.Planning;

namespace NetworkingSfc.Sfc.Plan;

/// <summary>A plan for programs.</summary>
internal static class PlanJson
{
    /// <summary>The plan as one object.</summary>
    /// <param name="plan">The plan.</param>
    public static JsonObject Of(Control.Planning.Plan plan) => new()
    {
        ["refused"] = plan.IsRefused,
        ["changes"] = List(plan.Changes, Of),
        ["findings"] = List(plan.Findings, finding => new JsonObject
        {
            ["severity"] = Word(finding.Severity),
            ["code"] = finding.Code,
            ["message"] = finding.Message,
        }),
        ["moved_flows"] = List(plan.Moves, moved => new JsonObject
        {
            ["port_pair_group"] = moved.Group.ToString(),
            ["name"] = moved.Name,
            ["share"] = Math.Round(moved.Share, 6),
            ["share_of_lost_members"] = Math.Round(moved.ShareOfLost, 6),
            ["rehashed"] = moved.IsRehashed,
        }),
        ["paths"] = List(plan.Paths, path => new JsonObject
        {
            ["port_chain"] = path.Chain.ToString(),
            ["name"] = path.Name,
            ["largest_packet_before"] = path.Before,
            ["largest_packet"] = path.After,
        }),
    };

    /// <summary>An enum value as programs read it.</summary>
    /// <param name="value">The value.</param>
    public static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static JsonObject Of(PlannedChange change)
    {
        JsonObject json = new()
        {
            ["action"] = Word(change.Action),
            ["kind"] = change.Kind,
            ["id"] = change.Id.ToString(),
            ["name"] = change.Name,
        };
        if (change.Action == ChangeAction.Change)
        {
            json["attributes"] = List(change.Attributes, attribute => new JsonObject
            {
                ["name"] = attribute.Name,
                ["before"] = Value(attribute.Before),
                ["after"] = Value(attribute.After),
            });
        }

        return json;
    }

    private static JsonNode? Value(string? json) => json is null ? null : JsonNode.Parse(json);

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> convert) => [.. items.Select(item => (JsonNode?)convert(item))];
}
