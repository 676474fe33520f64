using Microsoft.Extensions.Logging.Abstractions;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;

namespace NetworkingSfc.Control.Tests.Publishing;

/// <summary>Rule 10 of the architecture: a failed change alters nothing, anywhere.</summary>
public sealed class ControlLoopTests
{
    private static readonly ApiProblem _refusal = new(409, "Refused", "no");

    [Fact]
    public async Task A_change_is_compiled_saved_published_and_current()
    {
        Fixture fixture = new();
        await using ControlLoop loop = fixture.Start();
        ChangeResult result = await loop.ApplyAsync(Add("a"), TestContext.Current.CancellationToken);
        Assert.Null(result.Problem);
        Assert.Equal(1, loop.Current.Revision);
        Assert.Same(loop.Current, fixture.Saved);
        Assert.Same(loop.Current, fixture.Published[^1]);
    }

    [Theory]
    [InlineData(Fault.CompilerRefuses, 409)]
    [InlineData(Fault.CompilerThrows, 500)]
    [InlineData(Fault.StoreRefuses, 409)]
    [InlineData(Fault.StoreThrows, 503)]
    [InlineData(Fault.ChangeRefuses, 409)]
    [InlineData(Fault.ChangeThrows, 500)]
    public async Task A_failed_change_changes_nothing_and_the_next_one_works(Fault fault, int status)
    {
        Fixture fixture = new();
        await using ControlLoop loop = fixture.Start();
        await loop.ApplyAsync(Add("before"), TestContext.Current.CancellationToken);
        (ResourceSet current, ResourceSet saved, int published) = (loop.Current, fixture.Saved, fixture.Published.Count);

        fixture.Fault = fault;
        ChangeResult result = await loop.ApplyAsync(fixture.Failing(Add("failed")), TestContext.Current.CancellationToken);
        Assert.Equal(status, result.Problem?.Status);
        Assert.Null(result.Set);
        Assert.Same(current, loop.Current);
        Assert.Same(saved, fixture.Saved);
        Assert.Equal(published, fixture.Published.Count);

        fixture.Fault = Fault.None;
        Assert.Null((await loop.ApplyAsync(Add("after"), TestContext.Current.CancellationToken)).Problem);
        Assert.Equal(["before", "after"], loop.Current.Networks.Select(network => network.Name));
        Assert.Equal(2, loop.Current.Revision);
    }

    [Fact]
    public async Task A_publisher_that_fails_does_not_undo_what_is_saved()
    {
        Fixture fixture = new();
        await using ControlLoop loop = fixture.Start();
        fixture.Fault = Fault.PublisherThrows;
        Assert.Null((await loop.ApplyAsync(Add("a"), TestContext.Current.CancellationToken)).Problem);
        Assert.Same(fixture.Saved, loop.Current);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_not_published()
    {
        Fixture fixture = new();
        await using ControlLoop loop = fixture.Start();
        int published = fixture.Published.Count;
        Assert.Null((await loop.ApplyAsync(set => ChangeResult.Of(set), TestContext.Current.CancellationToken)).Problem);
        Assert.Equal(published, fixture.Published.Count);
        Assert.Equal(0, loop.Current.Revision);
    }

    [Fact]
    public async Task Changes_after_the_end_are_answered()
    {
        ControlLoop loop = new Fixture().Start();
        await loop.DisposeAsync();
        Assert.Equal(503, (await loop.ApplyAsync(Add("a"), TestContext.Current.CancellationToken)).Problem?.Status);
    }

    [Fact]
    public void A_stored_state_that_does_not_compile_stops_the_start()
    {
        Fixture fixture = new() { Fault = Fault.CompilerRefuses };
        Assert.Contains("no", Assert.Throws<UnusableStoreException>(fixture.Start).Message, StringComparison.Ordinal);
    }

    private static Change Add(string name) => set =>
    {
        Network network = new() { Id = Guid.NewGuid(), Name = name, ProjectId = "p" };
        return ChangeResult.Of(set with { Networks = set.Networks.With(network) }, network);
    };

    /// <summary>Where a change fails.</summary>
    public enum Fault
    {
        None,
        CompilerRefuses,
        CompilerThrows,
        StoreRefuses,
        StoreThrows,
        ChangeRefuses,
        ChangeThrows,
        PublisherThrows,
    }

    private sealed class Fixture : IStateStore
    {
        public Fault Fault { get; set; }

        public ResourceSet Saved { get; private set; } = ResourceSet.Empty;

        public List<ResourceSet> Published { get; } = [];

        public ControlLoop Start() => new(Compile, this, Publish, NullLogger.Instance);

        public Change Failing(Change change) => Fault switch
        {
            Fault.ChangeRefuses => _ => _refusal,
            Fault.ChangeThrows => _ => throw new NotSupportedException(),
            _ => change,
        };

        public ResourceSet Load() => Saved;

        public ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet successor)
        {
            switch (Fault)
            {
                case Fault.StoreRefuses:
                    return ValueTask.FromResult<ApiProblem?>(_refusal);
                case Fault.StoreThrows:
                    throw new IOException();
                default:
                    Saved = successor;
                    return ValueTask.FromResult<ApiProblem?>(null);
            }
        }

        private CompileResult Compile(ResourceSet candidate) => Fault switch
        {
            Fault.CompilerRefuses => CompileResult.Refused(_refusal),
            Fault.CompilerThrows => throw new NotSupportedException(),
            _ => CompileResult.Success(candidate),
        };

        private void Publish(ResourceSet current, object compiled)
        {
            if (Fault == Fault.PublisherThrows)
            {
                throw new IOException();
            }

            Published.Add(current);
        }
    }
}
