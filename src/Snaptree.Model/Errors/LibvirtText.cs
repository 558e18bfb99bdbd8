namespace Snaptree.Model;

/// <summary>
/// An error as libvirt's clients print it: what libvirt puts before the detail for each number, then the detail.
/// Messages of ours are details; this is the one place where they become whole lines for virsh and the remote protocol.
/// </summary>
public static class LibvirtText
{
    /// <summary>Errors about a call's own flags stand for themselves: libvirt writes those without a prefix.</summary>
    public static string Of(SnapshotException error) => error.Function is null ? Prefix(error.Code) + error.Message : error.Message;

    private static string Prefix(ErrorCode code) => code switch
    {
        ErrorCode.Internal => "internal error: ",
        ErrorCode.NoSupport => "this function is not supported by the connection driver: ",
        ErrorCode.NoConnection => "no connection driver available for ",
        ErrorCode.InvalidArgument => "invalid argument: ",
        ErrorCode.OperationFailed => "operation failed: ",
        ErrorCode.Xml => "XML error: ",
        ErrorCode.OperationDenied => "operation forbidden: ",
        ErrorCode.NoDomain => "Domain not found: ",
        ErrorCode.OperationInvalid => "Requested operation is not valid: ",
        ErrorCode.ConfigUnsupported => "unsupported configuration: ",
        ErrorCode.OperationTimeout => "Timed out during operation: ",
        ErrorCode.InvalidSnapshot => "Invalid domain snapshot: ",
        ErrorCode.NoSnapshot => "Domain snapshot not found: ",
        ErrorCode.ArgumentUnsupported => "argument unsupported: ",
        ErrorCode.RevertRisky => "revert requires force: ",
        ErrorCode.OperationAborted => "operation aborted: ",
        ErrorCode.Overflow => "numerical overflow: ",
        ErrorCode.BlockCopyActive => "block copy still active: ",
        ErrorCode.OperationUnsupported => "Operation not supported: ",
        ErrorCode.AgentUnresponsive => "Guest agent is not responding: ",
        ErrorCode.AccessDenied => "access denied: ",
        ErrorCode.XmlInvalidSchema => "XML document failed to validate against schema: ",
        _ => "",
    };
}
