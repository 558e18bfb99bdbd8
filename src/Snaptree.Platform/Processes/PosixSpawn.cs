using System.Collections;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>Where a new process stands towards our terminal.</summary>
internal enum SpawnPlace
{
    /// <summary>Its own process group: Ctrl-C reaches us only, and we decide; one signal reaches all it started.</summary>
    OwnGroup,

    /// <summary>Its own session: no terminal at all, so neither a hang-up nor our end reaches it.</summary>
    OwnSession,

    /// <summary>Beside us, in our process group and with our locale: a program that a person works with. Ctrl-C reaches both.</summary>
    OurGroup,
}

/// <summary>A process to start; a null standard input means <c>/dev/null</c>.</summary>
internal sealed record SpawnRequest(ProcessCommand Command, SpawnPlace Place, SafeHandle? Input, SafeHandle Output, SafeHandle Error);

/// <summary>
/// Starts programs by <c>posix_spawn</c>: the pid is the program's own, a program that cannot be executed is an error here and not
/// an exit code later, every descriptor but the three standard ones is closed, and signals are back at their defaults (the runtime
/// ignores SIGPIPE, which a child would inherit).
/// </summary>
internal static unsafe class PosixSpawn
{
    // The C library's own sizes are 80, 336 and 128 bytes; it promises none, so there is room to grow.
    private const int OpaqueSize = 1024;
    private const int FirstOwnDescriptor = 3;

    /// <returns>The pid of the running program, which is now our child.</returns>
    public static int Start(SpawnRequest request)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        using SafeFileHandle? input = request.Input is null ? null : Lift(request.Input);
        using SafeFileHandle output = Lift(request.Output);
        using SafeFileHandle error = Lift(request.Error);
        Must(ProcessNative.FileActionsInit(actions));
        try
        {
            AddDescriptors(actions, input, output, error);
            Must(ProcessNative.AttributesInit(attributes));
            try
            {
                SetAttributes(attributes, request.Place);
                return Spawn(request.Command, request.Place, actions, attributes);
            }
            finally
            {
                _ = ProcessNative.AttributesDestroy(attributes);
            }
        }
        finally
        {
            _ = ProcessNative.FileActionsDestroy(actions);
        }
    }

    private static int Spawn(ProcessCommand command, SpawnPlace place, byte* actions, byte* attributes)
    {
        using NativeStrings arguments = new([command.FileName, .. command.Arguments]);
        using NativeStrings environment = new(ChildEnvironment(place));
        int pid;
        int errno = ProcessNative.Spawn(&pid, command.FileName, actions, attributes, arguments.Pointer, environment.Pointer);
        return errno switch
        {
            0 => pid,
            Errno.NoSuchEntry or Errno.NotADirectory => throw new ProgramNotFoundException(command.FileName),
            Errno.AccessDenied when !IsThere(command.FileName) => throw new ProgramNotFoundException(command.FileName),
            _ => throw new FileOperationException("execute", command.FileName, errno),
        };
    }

    /// <summary>A folder in PATH that we may not search makes the system say "denied" for a program that is nowhere.</summary>
    private static bool IsThere(string program) => program.Contains('/')
        || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void AddDescriptors(byte* actions, SafeFileHandle? input, SafeFileHandle output, SafeFileHandle error)
    {
        Must(input is null
            ? ProcessNative.FileActionsOpen(actions, 0, "/dev/null", FileNative.ReadOnly, 0)
            : ProcessNative.FileActionsDuplicate(actions, (int)input.DangerousGetHandle(), 0));
        Must(ProcessNative.FileActionsDuplicate(actions, (int)output.DangerousGetHandle(), 1));
        Must(ProcessNative.FileActionsDuplicate(actions, (int)error.DangerousGetHandle(), 2));
        Must(ProcessNative.FileActionsCloseFrom(actions, FirstOwnDescriptor));
    }

    private static void SetAttributes(byte* attributes, SpawnPlace place)
    {
        byte* signals = stackalloc byte[OpaqueSize];
        short flags = ProcessNative.SpawnSetSignalDefaults | ProcessNative.SpawnSetSignalMask;
        flags |= place switch
        {
            SpawnPlace.OwnSession => ProcessNative.SpawnSetSession,
            SpawnPlace.OwnGroup => ProcessNative.SpawnSetProcessGroup,
            _ => (short)0,
        };
        Must(ProcessNative.FullSet(signals));
        Must(ProcessNative.AttributesSignalDefaults(attributes, signals));
        Must(ProcessNative.EmptySet(signals));
        Must(ProcessNative.AttributesSignalMask(attributes, signals));
        Must(ProcessNative.AttributesFlags(attributes, flags));
    }

    /// <summary>
    /// A duplicate above the standard descriptors. When we were started with one of those closed, a pipe of ours may sit on its
    /// number, and the child's set-up would overwrite it before it is used.
    /// </summary>
    private static SafeFileHandle Lift(SafeHandle descriptor)
    {
        int lifted = ProcessNative.Control(descriptor, ProcessNative.DuplicateCloseOnExec, FirstOwnDescriptor);
        return lifted >= 0
            ? new SafeFileHandle(lifted, ownsHandle: true)
            : throw new FileOperationException("duplicate", "descriptor of a new process", Marshal.GetLastPInvokeError());
    }

    private static List<string> ChildEnvironment(SpawnPlace place)
    {
        List<string> environment = place == SpawnPlace.OurGroup ? [] : ["LC_ALL=C"];
        if (place == SpawnPlace.OwnGroup)
        {
            environment.Add($"{ProcessSearch.OursVariable}=1");
        }

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (place == SpawnPlace.OurGroup || (string)variable.Key is not ("LC_ALL" or ProcessSearch.OursVariable))
            {
                environment.Add($"{variable.Key}={variable.Value}");
            }
        }

        return environment;
    }

    private static void Must(int errno)
    {
        if (errno != 0)
        {
            throw new FileOperationException("prepare", "a new process", errno);
        }
    }
}
