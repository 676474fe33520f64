using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>
/// A client that sends random changes, one at a time, and knows what the state must be: every answered change, and of
/// the one without an answer all or nothing.
/// </summary>
internal sealed class ApiModel(Random random)
{
    private const int PortsAtOnce = 3;

    private readonly Dictionary<string, List<JsonObject>> _state = ResourceCatalog.All.ToDictionary(kind => kind.Plural, _ => new List<JsonObject>());
    private Pending? _pending;
    private int _names;

    /// <summary>Number of changes that were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Changes until the server is gone.</summary>
    public async Task StreamAsync(HttpClient client)
    {
        try
        {
            while (true)
            {
                _pending = Next();
                using HttpRequestMessage request = new(_pending.Method, Path(_pending)) { Content = _pending.Body is null ? null : JsonContent.Create(_pending.Body) };
                using HttpResponseMessage response = await client.SendAsync(request);
                string text = await response.Content.ReadAsStringAsync();
                Assert.True(response.IsSuccessStatusCode, $"{request}: {text}");
                Apply(_pending, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject());
                _pending = null;
                Answered++;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The server was killed; the change that was under way stays pending.
        }
    }

    /// <summary>Compares with what a server answers now, which settles the pending change.</summary>
    public async Task CompareAsync(HttpClient client)
    {
        Dictionary<string, List<JsonObject>> found = [];
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            string path = kind.IsSfc ? $"/v2.0/sfc/{kind.Plural}" : $"/v2.0/{kind.Plural}";
            JsonNode list = JsonNode.Parse(await client.GetStringAsync(path))!;
            found[kind.Plural] = [.. list[kind.Plural]!.AsArray().Select(item => item!.AsObject())];
        }

        if (_pending is { } pending && Text(found) != Text(_state))
        {
            Apply(pending, AnswerIn(found, pending));
        }

        Assert.Equal(Text(_state), Text(found));
        _pending = null;
    }

    private Pending Next()
    {
        string name = $"n{++_names}";
        List<JsonObject> networks = _state["networks"];
        if (networks.Count == 0)
        {
            return Post("networks", new JsonObject { ["network"] = new JsonObject { ["name"] = name } });
        }

        JsonObject network = networks[random.Next(networks.Count)];
        switch (random.Next(9))
        {
            case 0:
                return Post("networks", new JsonObject { ["network"] = new JsonObject { ["name"] = name } });
            case 1:
                return Post("subnets", new JsonObject
                {
                    ["subnet"] = new JsonObject { ["name"] = name, ["network_id"] = Id(network), ["ip_version"] = 4, ["cidr"] = $"10.{_names / 250}.{_names % 250}.0/24" },
                });
            case 2:
                JsonNode[] ports = [.. Enumerable.Range(0, PortsAtOnce).Select(_ => new JsonObject { ["network_id"] = Id(network), ["device_id"] = name })];
                return Post("ports", new JsonObject { ["ports"] = new JsonArray(ports) });
            case 3 when _state["ports"] is { Count: >= PortsAtOnce } all:
                (JsonObject ingress, JsonObject egress) = (all[^1], all[^2]);
                return Id(ingress) == _lastPaired ? Rename(name) : PairOf(Id(ingress), Id(egress), name);
            case 4:
                JsonNode[] members = [.. FreePairs().Take(1).Select(id => JsonValue.Create(id))];
                return Post("port_pair_groups", new JsonObject { ["port_pair_group"] = new JsonObject { ["name"] = name, ["port_pairs"] = new JsonArray(members) } });
            case 5:
                return Post("flow_classifiers", new JsonObject
                {
                    ["flow_classifier"] = new JsonObject { ["name"] = name, ["source_ip_prefix"] = $"10.{_names / 65536}.{_names / 256 % 256}.{_names % 256}/32" },
                });
            case 6 when _state["port_pair_groups"].Count > 0:
                string[] unused = [.. _state["flow_classifiers"].Select(Id).Except(Named("port_chains", "flow_classifiers"))];
                string[] groups = [.. _state["port_pair_groups"].Select(Id).Except(Named("port_chains", "port_pair_groups"))];
                return groups.Length == 0 ? Rename(name) : Post("port_chains", new JsonObject
                {
                    ["port_chain"] = new JsonObject
                    {
                        ["name"] = name,
                        ["port_pair_groups"] = new JsonArray(groups[0]),
                        ["flow_classifiers"] = new JsonArray([.. unused.Take(1).Select(id => JsonValue.Create(id))]),
                    },
                });
            case 7 when Deletable() is { } deletion:
                return deletion;
            default:
                return Rename(name);
        }
    }

    private string? _lastPaired;

    private Pending PairOf(string ingress, string egress, string name)
    {
        _lastPaired = ingress;
        bool taken = _state["port_pairs"].Any(pair => (string)pair["ingress"]! == ingress);
        return taken ? Rename(name) : Post("port_pairs", new JsonObject { ["port_pair"] = new JsonObject { ["ingress"] = ingress, ["egress"] = egress } });
    }

    private Pending Rename(string name)
    {
        string plural = _state.Where(kind => kind.Value.Count > 0).Select(kind => kind.Key).OrderBy(_ => random.Next()).First();
        string id = Id(_state[plural][random.Next(_state[plural].Count)]);
        return new Pending(HttpMethod.Put, plural, id, new JsonObject { [Singular(plural)] = new JsonObject { ["description"] = name } });
    }

    /// <summary>A network without ports, which takes its subnets along, or a classifier of no chain.</summary>
    private Pending? Deletable()
    {
        string? network = _state["networks"].Select(Id).Except(Named("ports", "network_id")).LastOrDefault();
        string? classifier = _state["flow_classifiers"].Select(Id).Except(Named("port_chains", "flow_classifiers")).LastOrDefault();
        return network is not null && random.Next(2) == 0 ? new Pending(HttpMethod.Delete, "networks", network, null)
            : classifier is not null ? new Pending(HttpMethod.Delete, "flow_classifiers", classifier, null)
            : null;
    }

    private IEnumerable<string> FreePairs() => _state["port_pairs"].Select(Id).Except(Named("port_pair_groups", "port_pairs"));

    private IEnumerable<string> Named(string plural, string member) => _state[plural].SelectMany(resource =>
        resource[member] is JsonArray list ? list.Select(item => (string)item!) : [(string)resource[member]!]);

    private void Apply(Pending change, JsonObject? answer)
    {
        List<JsonObject> list = _state[change.Plural];
        if (change.Method == HttpMethod.Delete)
        {
            list.RemoveAll(resource => Id(resource) == change.Id);
            _state["subnets"].RemoveAll(subnet => (string)subnet["network_id"]! == change.Id);
        }
        else if (change.Method == HttpMethod.Put)
        {
            list[list.FindIndex(resource => Id(resource) == change.Id)] = answer![Singular(change.Plural)]!.AsObject();
        }
        else
        {
            list.AddRange(answer![change.Plural] is JsonArray several ? several.Select(item => item!.AsObject()) : [answer[Singular(change.Plural)]!.AsObject()]);
        }
    }

    /// <summary>What the answer would have been: what is behind everything known, in the number asked for, or the resource as asked for.</summary>
    private JsonObject? AnswerIn(Dictionary<string, List<JsonObject>> found, Pending change)
    {
        if (change.Method == HttpMethod.Delete)
        {
            return null;
        }

        if (change.Method == HttpMethod.Put)
        {
            JsonObject renamed = found[change.Plural].Single(resource => Id(resource) == change.Id);
            Assert.Equal((string)change.Body![Singular(change.Plural)]!["description"]!, (string)renamed["description"]!);
            return new JsonObject { [Singular(change.Plural)] = renamed.DeepClone() };
        }

        JsonNode[] behind = [.. found[change.Plural].Skip(_state[change.Plural].Count).Select(resource => resource.DeepClone())];
        Assert.Equal(change.Body![change.Plural] is JsonArray several ? several.Count : 1, behind.Length);
        return new JsonObject { [change.Plural] = new JsonArray(behind) };
    }

    private static Pending Post(string plural, JsonObject body) => new(HttpMethod.Post, plural, null, body);

    private static string Path(Pending change)
    {
        string collection = ResourceCatalog.Find(change.Plural)!.IsSfc ? $"/v2.0/sfc/{change.Plural}" : $"/v2.0/{change.Plural}";
        return change.Id is null ? collection : $"{collection}/{change.Id}";
    }

    private static string Id(JsonObject resource) => (string)resource["id"]!;

    private static string Singular(string plural) => ResourceCatalog.Find(plural)!.Singular;

    private static string Text(Dictionary<string, List<JsonObject>> state) =>
        string.Join('\n', state.Select(kind => $"{kind.Key}: {string.Join("\n  ", kind.Value.Select(resource => resource.ToJsonString()))}"));

    private sealed record Pending(HttpMethod Method, string Plural, string? Id, JsonObject? Body);
}
