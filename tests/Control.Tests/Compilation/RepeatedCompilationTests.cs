using System.Buffers;
using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Tests.Compilation;

/// <summary>What a compilation takes from the one before must be what it would make itself.</summary>
public sealed class RepeatedCompilationTests
{
    private const int Changes = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void After_any_changes_the_result_is_that_of_compiling_everything(int seed)
    {
        RandomState state = new(new Random(seed));
        CompiledState? previous = null;
        int rules = 0;
        for (int change = 0; change < Changes; change++)
        {
            state.Change();
            CompiledState next = Compile(state.Current, previous);
            CompiledState whole = Compile(state.Current, WithoutResults(previous));
            Assert.True(Bytes(next.Definition).AsSpan().SequenceEqual(Bytes(whole.Definition)), $"seed {seed}, change {change}: {state.LastChange}");
            rules += next.Definition.RuleTables.Sum(table => table.Rules.Length);
            previous = next;
        }

        Assert.True(rules > Changes, "hardly any rules were compared");
    }

    [Fact]
    public void Tables_that_a_change_does_not_touch_stay_the_same_objects()
    {
        CompilerRig rig = new("""
            "port_pair_groups": [{"name": "ga", "port_pairs": ["a"]}, {"name": "gb", "port_pairs": ["b"]}],
            "flow_classifiers": [{"name": "one", "protocol": "tcp", "logical_source_port": "src"}, {"name": "two", "protocol": "udp", "logical_source_port": "dst"}],
            "port_chains": [{"name": "p", "port_pair_groups": ["ga"], "flow_classifiers": ["one"]}, {"name": "q", "port_pair_groups": ["gb"], "flow_classifiers": ["two"]}]
            """);
        CompiledState before = rig.Compile();
        ResourceSet set = before.Resources with
        {
            PortChains = before.Resources.PortChains.With(before.Resources.PortChains.Last() with { FlowClassifiers = [] }),
        };
        CompiledState after = Compile(set, before);
        RuleTableDefinition TableOf(CompiledState state, string port) => state.Definition.RuleTables[state.Definition.Ports[rig.Port(state, port)].RuleTable];
        Assert.Same(TableOf(before, "src"), TableOf(after, "src"));
        Assert.Equal(-1, after.Definition.Ports[rig.Port(after, "dst")].RuleTable);
    }

    private static CompiledState Compile(ResourceSet set, CompiledState? previous)
    {
        CompiledState? compiled = SnapshotCompiler.Compile(set, previous, generation: 1, out ImmutableArray<ApiProblem> problems);
        Assert.True(compiled is not null, string.Join("\n", problems));
        return compiled;
    }

    // Numbers depend on history, so they are all that the whole compilation is told of it.
    private static CompiledState? WithoutResults(CompiledState? state) => state is null ? null
        : new CompiledState(ResourceSet.Empty, new SteeringDefinition { Generation = 0 }, state.Numbers);

    private static byte[] Bytes(SteeringDefinition definition)
    {
        ArrayBufferWriter<byte> bytes = new();
        SnapshotEncoder.Encode(definition, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
