using System.Threading.Channels;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;

namespace NetworkingSfc.Control.Publishing;

/// <summary>
/// The single writer. Changes wait in a bounded channel and are taken one at a time: apply, compile, save, publish,
/// answer. Whatever fails before the save leaves the current set, the store and the publisher untouched. Readers
/// take <see cref="Current"/> and never wait.
/// </summary>
internal sealed class ControlLoop : IAsyncDisposable
{
    private const int MaxWaiting = 256;

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly CompileResources _compile;
    private readonly PublishResources _publish;
    private readonly IStateStore _store;
    private readonly ILogger _logger;
    private readonly Task _running;
    private ResourceSet _current;

    /// <summary>Loads, compiles and publishes what the store holds, then takes changes.</summary>
    public ControlLoop(CompileResources compile, IStateStore store, PublishResources publish, ILogger logger)
    {
        _compile = compile;
        _store = store;
        _publish = publish;
        _logger = logger;
        _current = store.Load();
        CompileResult first = compile(_current);
        if (first.Compiled is null)
        {
            throw new UnusableStoreException(
                $"The stored state (revision {_current.Revision}) cannot be used: {string.Join(" ", first.Problems.Select(problem => problem.Message))}");
        }

        publish(_current, first.Compiled);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The set after the last accepted change.</summary>
    public ResourceSet Current => Volatile.Read(ref _current);

    /// <summary>Queues a change and waits for its outcome. Once queued it is carried out, whether or not anybody still listens.</summary>
    public Task<ChangeResult> ApplyAsync(Change change, CancellationToken cancellation) => QueueAsync(new Waiting(change), cancellation);

    /// <summary>Compiles and publishes the current set once more, in its turn: what it is compiled with has changed.</summary>
    public Task<ChangeResult> PublishAgainAsync() => QueueAsync(new Waiting(Change: null), CancellationToken.None);

    /// <summary>Takes no more changes, finishes those that wait, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _running;
    }

    private async Task<ChangeResult> QueueAsync(Waiting waiting, CancellationToken cancellation)
    {
        try
        {
            await _waiting.Writer.WriteAsync(waiting, cancellation);
        }
        catch (ChannelClosedException)
        {
            return ControlProblems.Stopping;
        }

        return await waiting.Outcome.Task;
    }

    private async Task RunAsync()
    {
        await foreach (Waiting waiting in _waiting.Reader.ReadAllAsync())
        {
            waiting.Outcome.SetResult(waiting.Change is { } change ? await DecideAsync(change) : PublishAgain());
        }
    }

    private async ValueTask<ChangeResult> DecideAsync(Change change)
    {
        ResourceSet previous = _current;
        ChangeResult result = Try(previous, change, out object? compiled);
        if (result.Set is null || compiled is null)
        {
            return result;
        }

        ApiProblem? unsaved = await SaveAsync(previous, result.Set);
        if (unsaved is not null)
        {
            return unsaved;
        }

        Volatile.Write(ref _current, result.Set);
        Publish(result.Set, compiled);
        return result;
    }

    private ChangeResult PublishAgain()
    {
        try
        {
            CompileResult outcome = _compile(_current);
            if (outcome.Compiled is null)
            {
                return ControlProblems.Refused(outcome.Problems);
            }

            Publish(_current, outcome.Compiled);
            return ChangeResult.Of(_current).With(_current, outcome.Generation);
        }
        catch (Exception exception)
        {
            ControlLog.ChangeFailed(_logger, _current.Revision, exception);
            return ApiProblem.InternalError;
        }
    }

    /// <summary>Applies and compiles. A fault in either is logged and answered; the loop goes on.</summary>
    private ChangeResult Try(ResourceSet previous, Change change, out object? compiled)
    {
        compiled = null;
        try
        {
            ChangeResult result = change(previous);
            if (result.Set is null || ReferenceEquals(result.Set, previous))
            {
                return result;
            }

            // A state that is put brings a revision of its own, later than the one before.
            ResourceSet next = result.Set with { Revision = Math.Max(result.Set.Revision, previous.Revision + 1) };
            CompileResult outcome = _compile(next);
            compiled = outcome.Compiled;
            return compiled is null ? ControlProblems.Refused(outcome.Problems) : result.With(next, outcome.Generation);
        }
        catch (Exception exception)
        {
            ControlLog.ChangeFailed(_logger, previous.Revision, exception);
            return ApiProblem.InternalError;
        }
    }

    private async ValueTask<ApiProblem?> SaveAsync(ResourceSet previous, ResourceSet next)
    {
        try
        {
            ApiProblem? problem = await _store.SaveAsync(previous, next);
            if (problem is not null)
            {
                ControlLog.NotSaved(_logger, next.Revision, problem.Message);
            }

            return problem;
        }
        catch (Exception exception)
        {
            ControlLog.SaveFailed(_logger, next.Revision, exception);
            return ControlProblems.StoreUnavailable;
        }
    }

    /// <summary>The change is durable by now, so a publisher that fails is reported, not undone: it catches up with the next set.</summary>
    private void Publish(ResourceSet next, object compiled)
    {
        try
        {
            _publish(next, compiled);
        }
        catch (Exception exception)
        {
            ControlLog.PublishFailed(_logger, next.Revision, exception);
        }
    }

    private sealed record Waiting(Change? Change)
    {
        public TaskCompletionSource<ChangeResult> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
