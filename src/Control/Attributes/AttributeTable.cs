using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>
/// The attributes of a resource, in the order they are checked in. The order of checks and their texts are
/// Neutron's: unknown names, then missing or forbidden ones, then each value converted and validated.
/// </summary>
internal sealed class AttributeTable(params ImmutableArray<AttributeRule> rules)
{
    /// <summary>The rows in order.</summary>
    public ImmutableArray<AttributeRule> Rules { get; } = rules;

    /// <summary>The names of all attributes, for messages.</summary>
    public string Names => string.Join(", ", Rules.Select(rule => rule.Name));

    /// <summary>The row with this name, or null.</summary>
    public AttributeRule? Find(string name) => Rules.FirstOrDefault(rule => rule.Name == name);

    /// <summary>Checks the members of a create; <paramref name="use"/> says whether by request or by state document.</summary>
    public ApiProblem? ReadCreate(IReadOnlyDictionary<string, JsonElement> members, AttributeUse use, out AttributeValues values)
    {
        values = new AttributeValues();
        ApiProblem? problem = RefuseUnknown(members);
        if (problem is not null)
        {
            return problem;
        }

        foreach (AttributeRule rule in Rules)
        {
            bool given = members.ContainsKey(rule.Name);
            if (given && (rule.Use & use) == 0)
            {
                return ApiProblem.BadRequest($"Attribute '{rule.Name}' not allowed in POST", rule.Name);
            }

            if (!given && rule.Required)
            {
                return ApiProblem.BadRequest($"Failed to parse request. Required attribute '{rule.Name}' not specified", rule.Name);
            }

            if (!given && (rule.Use & AttributeUse.Post) != 0)
            {
                values.SetDefault(rule.Name, rule.Default);
            }
        }

        return ReadValues(members, values);
    }

    /// <summary>Checks the members of an update.</summary>
    public ApiProblem? ReadUpdate(IReadOnlyDictionary<string, JsonElement> members, out AttributeValues values)
    {
        values = new AttributeValues();
        ApiProblem? problem = RefuseUnknown(members);
        if (problem is not null)
        {
            return problem;
        }

        foreach (AttributeRule rule in Rules)
        {
            if (members.ContainsKey(rule.Name) && (rule.Use & AttributeUse.Put) == 0)
            {
                return ApiProblem.BadRequest($"Cannot update read-only attribute {rule.Name}", rule.Name);
            }
        }

        return ReadValues(members, values);
    }

    private ApiProblem? RefuseUnknown(IReadOnlyDictionary<string, JsonElement> members)
    {
        string[] unknown = [.. members.Keys.Where(name => Find(name) is null)];
        return unknown.Length == 0
            ? null
            : ApiProblem.BadRequest($"Unrecognized attribute(s) '{string.Join(", ", unknown)}'", unknown[0]);
    }

    private ApiProblem? ReadValues(IReadOnlyDictionary<string, JsonElement> members, AttributeValues values)
    {
        foreach (AttributeRule rule in Rules)
        {
            if (members.TryGetValue(rule.Name, out JsonElement value))
            {
                Reading reading = rule.Read(rule.Name, value);
                if (reading.Problem is not null)
                {
                    return reading.Problem;
                }

                values.Set(rule.Name, reading.Value);
            }
        }

        return null;
    }
}
