//! The one function that travels: by name in a plan, with its body where the
//! executor is.

use crate::BYTES_MAX;
use datafusion::arrow::array::{Array, AsArray, BinaryArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What an executor does with a job: its result, or why there is none, in words.
pub type Work = Arc<dyn Fn(&[u8]) -> Result<Vec<u8>, String> + Send + Sync>;

const NAME: &str = "do_job";

/// In front of what comes back. A failure is a result: whatever fails outside of the
/// function was the machine's fault, and may go well on another.
const DONE: u8 = 0;
const FAILED: u8 = 1;

/// The function, with a body for those who do jobs.
pub(crate) fn function(work: Option<Work>) -> ScalarUDF {
    // Volatile, or a planner would do a job whose argument it knows.
    let signature = Signature::exact(vec![DataType::Binary], Volatility::Volatile);
    ScalarUDF::from(Function { signature, work })
}

/// What came back.
pub(crate) fn open(mut result: Vec<u8>) -> Result<Vec<u8>, String> {
    match result.pop() {
        Some(DONE) => Ok(result),
        Some(FAILED) => Err(String::from_utf8_lossy(&result).into_owned()),
        _ => Err("what came back is no result: executors of another version?".to_owned()),
    }
}

fn close(result: Result<Vec<u8>, String>) -> Vec<u8> {
    let result = result.and_then(|bytes| match bytes.len() {
        0..BYTES_MAX => Ok(bytes),
        n => Err(format!("the result has {n} bytes, more than {BYTES_MAX}")),
    });
    let (mut bytes, mark) = match result {
        Ok(bytes) => (bytes, DONE),
        Err(why) => (why.into_bytes(), FAILED),
    };
    bytes.push(mark);
    bytes
}

struct Function {
    signature: Signature,
    work: Option<Work>,
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    // The argument is long, and a column is named after it otherwise.
    fn schema_name(&self, _: &[Expr]) -> Result<String> {
        Ok(NAME.to_owned())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (Some(work), [jobs]) = (&self.work, args.args.as_slice()) else {
            return exec_err!("{NAME} is done by executors only");
        };
        let jobs = jobs.to_array(args.number_rows)?;
        let Some(jobs) = jobs.as_binary_opt::<i32>() else {
            return exec_err!("{NAME} takes bytes, not {}", jobs.data_type());
        };
        // A job takes a thread for minutes: the runtime gets another in its place,
        // and whoever waits on one inside the job may.
        let results: Vec<Vec<u8>> = tokio::task::block_in_place(|| {
            jobs.iter().map(|job| close(work(job.unwrap_or_default()))).collect()
        });
        Ok(ColumnarValue::Array(Arc::new(BinaryArray::from_iter_values(results))))
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)
    }
}

// There is one function of the name.
impl PartialEq for Function {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_comes_back_as_one() {
        assert_eq!(open(close(Ok(b"done".to_vec()))), Ok(b"done".to_vec()));
        assert_eq!(open(close(Err("why".to_owned()))), Err("why".to_owned()));
        assert!(open(Vec::new()).is_err());
        assert!(open(vec![7]).is_err());
    }
}
