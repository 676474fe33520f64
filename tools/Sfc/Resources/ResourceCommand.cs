using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Printing;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>The verbs of one kind of resource: <c>list</c>, <c>show</c>, <c>create</c>, <c>set</c> and <c>delete</c>.</summary>
internal sealed class ResourceCommand(Noun noun, ResourceView view)
{
    private static readonly AttributeOption[] _createTexts = [ValueOption.Text("--description", "description", "What it is for.")];

    private static readonly AttributeOption[] _setTexts =
    [
        ValueOption.Text("--name", "name", "A new name."),
        ValueOption.Text("--description", "description", "A new description."),
    ];

    /// <summary>Options of <c>create</c> besides the description.</summary>
    public required IReadOnlyList<AttributeOption> Create { get; init; }

    /// <summary>Options of <c>set</c> besides name and description: what the API updates.</summary>
    public IReadOnlyList<AttributeOption> Set { get; init; } = [];

    /// <summary>The command for the command line.</summary>
    public Command Build()
    {
        Command command = new(noun.Word, $"Work with {noun.Spoken}s through the control API.")
        {
            List(),
            Show(),
            CreateOne(),
            SetOne(),
            Delete(),
        };
        ServerOptions.AddTo(command);
        return command;
    }

    private static Argument<string> NameArgument(Noun noun) => new("NAME") { Description = $"Name or id of the {noun.Spoken}." };

    private static JsonObject Envelope(Noun noun, JsonObject attributes) => new() { [noun.Singular] = attributes };

    private Command List()
    {
        Command command = new("list", $"List the {noun.Spoken}s, oldest first.");
        command.SetApiAction(async (arguments, client) =>
        {
            ApiAnswer answer = await client.GetAsync(noun.Collection);
            TextWriter output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(ServerOptions.Json))
            {
                output.WriteLine(answer.Text);
                return;
            }

            await view.PrintListAsync(output, client, answer.List(noun));
        });
        return command;
    }

    private Command Show()
    {
        Argument<string> name = NameArgument(noun);
        Command command = new("show", $"Show everything about one {noun.Spoken}.") { name };
        command.SetApiAction(async (arguments, client) =>
        {
            string id = await new NameLookup(client).FindIdAsync(noun, arguments.GetRequiredValue(name));
            await PrintAsync(arguments, client, await client.GetAsync(noun.Item(id)));
        });
        return command;
    }

    private Command CreateOne()
    {
        Argument<string> name = new("NAME") { Description = $"Name of the new {noun.Spoken}." };
        AttributeOption[] attributes = [.. _createTexts, .. Create];
        Command command = new("create", $"Create a {noun.Spoken}.") { name };
        AddOptions(command, attributes);
        command.SetApiAction(async (arguments, client) =>
        {
            BodyFilling filling = new(arguments, new NameLookup(client), Current: null);
            filling.Put("name", JsonValue.Create(arguments.GetRequiredValue(name)));
            await FillAsync(filling, attributes);
            await PrintAsync(arguments, client, await client.PostAsync(noun.Collection, Envelope(noun, filling.Body)));
        });
        return command;
    }

    private Command SetOne()
    {
        Argument<string> name = NameArgument(noun);
        AttributeOption[] attributes = [.. _setTexts, .. Set];
        Command command = new("set", $"Change a {noun.Spoken}.") { name };
        AddOptions(command, attributes);
        command.Validators.Add(result =>
        {
            if (!attributes.SelectMany(attribute => attribute.Options).Any(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"Nothing is to be changed. Accepted are {string.Join(", ", attributes.SelectMany(attribute => attribute.Options).Select(option => option.Name))}.");
            }
        });
        command.SetApiAction(async (arguments, client) =>
        {
            NameLookup names = new(client);
            JsonObject current = await names.FindAsync(noun, arguments.GetRequiredValue(name));
            BodyFilling filling = new(arguments, names, current);
            await FillAsync(filling, attributes);
            await PrintAsync(arguments, client, await client.PutAsync(noun.Item(NameLookup.IdOf(current)), Envelope(noun, filling.Body)));
        });
        return command;
    }

    private Command Delete()
    {
        Argument<string[]> names = new("NAME") { Description = $"Names or ids of {noun.Spoken}s.", Arity = ArgumentArity.OneOrMore };
        Command command = new("delete", $"Delete {noun.Spoken}s, in the order given; the first that is refused ends it.") { names };
        command.SetApiAction(async (arguments, client) =>
        {
            // Everything is found before anything is deleted, so that a misspelt name deletes nothing.
            NameLookup lookup = new(client);
            List<(string Id, string Name)> found = [];
            foreach (string text in arguments.GetRequiredValue(names))
            {
                JsonObject resource = await lookup.FindAsync(noun, text);
                found.Add((NameLookup.IdOf(resource), NameLookup.TextOf(resource, "name")));
            }

            bool json = arguments.GetValue(ServerOptions.Json);
            TextWriter output = arguments.InvocationConfiguration.Output;
            JsonArray deleted = [];
            foreach ((string id, string name) in found.Distinct())
            {
                await client.DeleteAsync(noun.Item(id));
                deleted.Add(new JsonObject { ["id"] = id, ["name"] = name });
                if (!json)
                {
                    output.WriteLine($"deleted {noun.Spoken} {TableOutput.Printable(name)} {id}");
                }
            }

            if (json)
            {
                output.WriteLine(new JsonObject { ["deleted"] = deleted }.ToJsonString());
            }
        });
        return command;
    }

    private static void AddOptions(Command command, IEnumerable<AttributeOption> attributes)
    {
        foreach (Option option in attributes.SelectMany(attribute => attribute.Options))
        {
            command.Options.Add(option);
        }
    }

    private static async Task FillAsync(BodyFilling filling, IEnumerable<AttributeOption> attributes)
    {
        foreach (AttributeOption attribute in attributes.Where(attribute => attribute.IsGiven(filling.Arguments)))
        {
            await attribute.FillAsync(filling);
        }
    }

    private async Task PrintAsync(ParseResult arguments, ApiClient client, ApiAnswer answer)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        if (arguments.GetValue(ServerOptions.Json))
        {
            output.WriteLine(answer.Text);
            return;
        }

        await view.PrintOneAsync(output, client, answer.One(noun));
    }
}
