using System.Text.Json;

namespace Snaptree.Qmp.Calls;

/// <summary>A command that waits for its reply.</summary>
internal sealed class PendingCall(long id, string command)
{
    // Asynchronous continuations: the reader completes calls and must never run a caller's code.
    private readonly TaskCompletionSource<JsonElement> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Id => id;

    public string Command => command;

    public Task<JsonElement> Reply => _reply.Task;

    public void Complete(JsonElement value) => _reply.TrySetResult(value);

    public void Fail(QmpException error)
    {
        _reply.TrySetException(error);
        // The caller may have left already (timeout, cancellation); then nobody else looks at this task.
        _ = _reply.Task.Exception;
    }
}
